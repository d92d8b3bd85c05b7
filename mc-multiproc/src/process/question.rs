//! A question to a worker, and whether what it sends can be the answer.

use mc_core::Plan;

use super::frame;
use super::message::{Hello, KernelId, Reply, Role};

/// What an answer is about: of a request what it takes to know its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Hello,
    Prepare { kernel: KernelId },
    Level { run: u64 },
    Blocks { run: u64, plan: Plan, level: u32, first: u64, count: u64 },
}

impl Question {
    /// The reply that a frame's content is; or what is wrong with it, in words.
    pub fn read(self, content: &[u8]) -> Result<Reply, String> {
        let reply = frame::decode(content).map_err(|error| error.to_string())?;
        match self.fits(&reply) {
            true => Ok(reply),
            false => Err("it is no answer to the request".to_owned()),
        }
    }

    /// Whether `reply` can be the answer.
    fn fits(self, reply: &Reply) -> bool {
        match (self, reply) {
            (Self::Blocks { plan, level, first, count, .. }, Reply::Blocks(moments, failure)) => {
                let len = moments.len() as u64;
                let complete = if failure.is_none() { len == count } else { len < count };
                let samples = |index| plan.block(level, index).samples(&plan);
                // Fewer, where values that are not finite are left out.
                complete && (first..).zip(moments).all(|(index, m)| m.count <= samples(index))
            }
            (Self::Prepare { .. }, Reply::Prepared(_)) | (Self::Level { .. }, Reply::Level(_)) => {
                true
            }
            _ => false,
        }
    }
}

/// The hello of a worker of any version; or what is wrong with it, in words.
pub(crate) fn greeted(content: &[u8]) -> Result<Hello, String> {
    let hello: Hello = frame::decode(content).map_err(|error| error.to_string())?;
    match hello.is_from(Role::Worker) {
        true => Ok(hello),
        false => Err("it is not a worker's hello".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use mc_core::Moments;

    use super::*;

    #[test]
    fn answers_to_something_else_are_no_answers() {
        let plan = Plan::new(1000, 1).unwrap();
        let blocks = Question::Blocks { run: 1, plan, level: 0, first: 2, count: 2 };
        let count = plan.batch_size();
        let good = Moments { count, mean: 1.0, m2: 0.0 };
        let more = Moments { count: count + 1, ..good };
        let failed = || Some("words".to_owned());
        for (reply, fits) in [
            (Reply::Blocks(vec![good; 2], None), true),
            (Reply::Blocks(vec![good], failed()), true),
            (Reply::Blocks(vec![good], None), false),
            (Reply::Blocks(vec![good; 3], None), false),
            (Reply::Blocks(vec![good; 2], failed()), false),
            (Reply::Blocks(vec![good, more], None), false),
            (Reply::Level(Ok(1)), false),
            (Reply::Prepared(Ok(())), false),
        ] {
            assert_eq!(blocks.fits(&reply), fits, "{reply:?}");
        }
        assert!(!Question::Hello.fits(&Reply::Level(Ok(1))));
        assert!(blocks.read(b"words").is_err());
    }

    #[test]
    fn an_echo_is_no_hello() {
        let said = |role| frame::encode(&Hello::from(role)).unwrap().split_off(frame::PREFIX);
        assert!(greeted(&said(Role::Worker)).is_ok());
        assert!(greeted(&said(Role::Coordinator)).unwrap_err().contains("worker's hello"));
    }
}
