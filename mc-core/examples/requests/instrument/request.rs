//! Requests at random, as a user would type them.

use super::expression::Expr;
use super::random::Random;

/// What is asked for: f, g, a box, M and a seed.
#[derive(Clone, Debug)]
pub struct Request {
    pub f: String,
    pub g: String,
    pub support: String,
    pub samples: u64,
    pub seed: u64,
    /// f, and g if it is none of the words, before they were written; none where the text was
    /// garbled.
    pub meant: Option<(Expr, Option<Expr>)>,
}

impl Request {
    /// Number `number` of those of a seed.
    pub fn random(seed: u64, number: u64) -> Self {
        let random = &mut Random::new(seed, number);
        let (support, dims) = support(random);
        let depth = 1 + random.below(4);
        let f = Expr::random(random, dims, depth);
        let (word, g) = match random.below(10) {
            0..=5 => ("uniform", None),
            6..=7 => ("1", None),
            8 => ("1/volume", None),
            _ => {
                let depth = random.below(3);
                ("", Some(Expr::random(random, dims, depth)))
            }
        };
        // Mostly small.
        let samples = 2 + (998.0 * random.share().powi(12)) as u64;
        let mut request = Self {
            f: f.to_string(),
            g: g.as_ref().map_or(word.to_owned(), ToString::to_string),
            support,
            samples: if random.one_in(200) { 1000 } else { samples },
            seed: random.word(),
            meant: Some((f, g)),
        };
        if random.one_in(8) {
            request.meant = None;
            let part = random.of(&[0, 0, 1, 2]);
            let text = [&mut request.f, &mut request.g, &mut request.support];
            garble(random, text.into_iter().nth(part).expect("one of three"));
        }
        request
    }
}

/// A box, and the number of its sides.
fn support(random: &mut Random) -> (String, usize) {
    let mut dims = 0;
    let sides: Vec<String> = (0..1 + random.below(3))
        .map(|_| {
            let (lo, hi) = side(random);
            let times = if random.one_in(5) { 1 + random.below(4) } else { 1 };
            dims += times;
            let power = if times > 1 { format!("^{times}") } else { String::new() };
            format!("{lo:e}:{hi:e}{power}")
        })
        .collect();
    (sides.join(","), dims)
}

/// The ends of a side; also such as are refused.
fn side(random: &mut Random) -> (f64, f64) {
    let power = |random: &mut Random| {
        let exponent = random.below(2040) as i32 - 1060;
        2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2)
    };
    let sign = random.of(&[-1.0, 1.0]);
    match random.below(12) {
        0..=3 => (0.0, 1.0),
        4..=5 => {
            let lo = random.of(&[-1.0, -2.0, 0.0, 1.0, 3.0, -10.0]);
            (lo, lo + random.of(&[1.0, 2.0, 0.5, 5.0]))
        }
        6 => (-random.number(), random.number()),
        7 => (sign * random.number(), random.number()),
        // Narrow, with a power of two as an end.
        8..=9 => {
            let end = sign * power(random);
            let ulps = random.word() % (1 << random.below(52)) + 1;
            let other = f64::from_bits(end.to_bits().wrapping_add(ulps));
            (end.min(other), end.max(other))
        }
        10 => {
            let end = power(random);
            (-end, end)
        }
        // A few of the smallest numbers.
        _ => (-f64::from_bits(random.word() % 4), f64::from_bits(1 + random.word() % 9)),
    }
}

/// A few characters are lost, doubled, exchanged, or others.
fn garble(random: &mut Random, text: &mut String) {
    const STRANGE: [char; 16] =
        ['(', ')', '[', ']', ',', '^', '-', '+', '.', ':', 'e', '1', 'x', ' ', '−', '\u{0}'];
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..1 + random.below(3) {
        let at = random.below(letters.len().max(1));
        match random.below(4) {
            0 if at < letters.len() => drop(letters.remove(at)),
            1 if at < letters.len() => letters.insert(at, letters[at]),
            2 if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => letters.insert(at.min(letters.len()), random.of(&STRANGE)),
        }
    }
    *text = letters.into_iter().collect();
}
