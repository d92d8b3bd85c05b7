//! Which file uses which, and the circles in that.

use std::collections::{BTreeMap, VecDeque};

/// For each file the files that it uses, and a name that it uses of them.
#[derive(Default)]
pub struct Graph {
    uses: BTreeMap<String, BTreeMap<String, String>>,
}

impl Graph {
    /// `from` uses `name` of `to`. A file may use itself.
    pub fn add(&mut self, from: &str, to: &str, name: &str) {
        if from != to {
            let names = self.uses.entry(from.to_owned()).or_default();
            names.entry(to.to_owned()).or_insert_with(|| name.to_owned());
        }
    }

    /// What `from` uses of `to`, or one of that.
    pub fn name(&self, from: &str, to: &str) -> Option<&str> {
        self.uses.get(from)?.get(to).map(String::as_str)
    }

    /// Takes out what `from` uses of files whose path begins with `to`; whether there was any.
    pub fn remove(&mut self, from: &str, to: &str) -> bool {
        let Some(used) = self.uses.get_mut(from) else { return false };
        let before = used.len();
        used.retain(|file, _| !file.starts_with(to));
        used.len() < before
    }

    /// The shortest circle through each file that is in one and in none of those before, in words.
    pub fn circles(&self) -> Vec<String> {
        let mut circles: Vec<Vec<&str>> = Vec::new();
        for file in self.uses.keys() {
            if !circles.iter().flatten().any(|other| other == file) {
                circles.extend(self.circle(file));
            }
        }
        circles.iter().map(|circle| self.in_words(circle)).collect()
    }

    /// The shortest way from a file back to itself.
    fn circle<'g>(&'g self, file: &'g str) -> Option<Vec<&'g str>> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = VecDeque::from([file]);
        while let Some(at) = open.pop_front() {
            for next in self.uses.get(at).into_iter().flat_map(BTreeMap::keys) {
                if next == file {
                    let mut circle = vec![at];
                    while circle[circle.len() - 1] != file {
                        circle.push(came_from[circle[circle.len() - 1]]);
                    }
                    circle.reverse();
                    return Some(circle);
                }
                if !came_from.contains_key(next.as_str()) {
                    came_from.insert(next, at);
                    open.push_back(next);
                }
            }
        }
        None
    }

    fn in_words(&self, circle: &[&str]) -> String {
        let uses = circle.iter().enumerate().map(|(k, from)| {
            let to = circle[(k + 1) % circle.len()];
            let name = self.name(from, to).unwrap_or_default();
            format!("uses {name} of {to}")
        });
        format!("{} {}", circle[0], uses.collect::<Vec<_>>().join(", which "))
    }
}
