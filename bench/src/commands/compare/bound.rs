//! The rows beside what the vector ports of a core allow.

use mc_core::{Plan, Sampling};

use crate::cli::request::Request;
use crate::results::{Bound, Row, gate};
use crate::technique::name::Name;
use crate::technique::ports::Ports;

/// Fills in the rows' shares of the port bound at so many cycles a second, and says which bound that
/// is; nothing where problem, points or CPU have none. A row that is faster gets a word about it.
pub(super) fn relate(request: &Request, hertz: f64, rows: &mut [Row]) -> Option<Bound> {
    // It counts the words of random streams.
    if request.sampling != Sampling::Random {
        return None;
    }
    let ports = Ports::here()?;
    let counts = ports.counts(&request.problem)?;
    let seconds = |plan: &Plan| ports.cycles(&counts, plan) / hertz;
    for row in rows.iter_mut().filter(|row| !row.peer) {
        let plan = request.plans.iter().find(|plan| plan.samples() == row.samples);
        let (Some(plan), Some(took)) = (plan, row.seconds) else { continue };
        row.share_of_bound = Some(seconds(plan) / took.median);
        // A device may have more cores than there are workers, and other ones.
        let own = row.technique.parse().ok().filter(|name: &Name| !name.kernel.is_on_device());
        let cores = own.map(|name| if name.uses_many() { request.workers.get() } else { 1 });
        if let Some(doubt) = cores.and_then(|cores| gate::doubt(row.share_of_bound, cores)) {
            row.note =
                Some(row.note.take().map_or(doubt.clone(), |note| format!("{note}; {doubt}")));
        }
    }
    let most = request.plans.iter().max_by_key(|plan| plan.samples())?;
    Some(Bound {
        cpu: ports.cpu.to_owned(),
        lanes_per_cycle: ports.lanes,
        counts,
        hertz,
        samples_per_second: most.samples() as f64 / seconds(most),
    })
}
