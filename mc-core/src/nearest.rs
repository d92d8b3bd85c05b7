//! What somebody may have meant who typed a name that there is not.

/// The one of `names` that `word` was most likely meant to be, if any is alike: the fewest letters
/// to be put in, left out, changed or swapped with the next one, upper or lower case. A short word
/// allows one such slip, a longer one a slip for every four letters.
///
/// ```
/// use mc_core::nearest;
///
/// assert_eq!(nearest("sqtr", ["sin", "sqrt"]), Some("sqrt"));
/// assert_eq!(nearest("frobnicate", ["sin", "sqrt"]), None);
/// ```
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let letters = |word: &str| word.to_lowercase().chars().collect::<Vec<_>>();
    let word = letters(word);
    let most = match word.len() {
        0..3 => 0,
        length => length.div_ceil(4),
    };
    // Nobody means a name when writing a page.
    if word.len() > 100 {
        return None;
    }
    let slips = names.into_iter().map(|name| (slips(&word, &letters(name)), name));
    slips.filter(|(slips, _)| *slips <= most).min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// ``did you mean `one`?`` if a name is alike, else `known are one, another`: what to say of a name that
/// there is not.
pub fn did_you_mean(word: &str, names: &[&str]) -> String {
    match nearest(word, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", names.join(", ")),
    }
}

/// How many letters are put in, left out, changed or swapped (the optimal string alignment distance).
#[expect(clippy::indexing_slicing, reason = "each row has a place more than `to`")]
fn slips(from: &[char], to: &[char]) -> usize {
    // Of the letters of `from` so far: to each number of letters of `to`.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let changed = last[j] + usize::from(a != b);
            let mut least = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        let count = |a: &str, b: &str| {
            let letters = |word: &str| word.chars().collect::<Vec<_>>();
            slips(&letters(a), &letters(b))
        };
        for (a, b, slips) in
            [("", "abc", 3), ("abc", "abc", 0), ("acb", "abc", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!((count(a, b), count(b, a)), (slips, slips), "{a} {b}");
        }
    }

    #[test]
    fn what_is_alike_is_offered_and_nothing_else() {
        let names = ["sin", "serial", "rayon-jit", "x"];
        for (word, near) in [
            ("Sin", Some("sin")),
            ("sni", Some("sin")),
            ("seriall", Some("serial")),
            ("ryaon-jti", Some("rayon-jit")),
            ("y", None),
            ("", None),
            ("foo", None),
            ("cereals", None),
        ] {
            assert_eq!(nearest(word, names), near, "{word}");
        }
    }
}
