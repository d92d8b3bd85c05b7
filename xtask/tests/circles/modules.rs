//! Which module is in which file, and which file a path leads to.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::{after_group, after_visibility, item_end, tokens, without_tests};
use crate::graph::Graph;

/// The names from the root of a crate to a module.
type Place = Vec<String>;

/// The modules of a crate.
#[derive(Default)]
pub struct Crate {
    modules: BTreeMap<Place, Module>,
}

#[derive(Default)]
struct Module {
    file: String,
    children: BTreeSet<String>,
    defined: BTreeSet<String>,
    imports: Vec<Import>,
    /// The words of its code that may be imported.
    words: BTreeSet<String>,
    paths: Vec<Path>,
}

/// A leaf of a `use`.
#[derive(Clone)]
struct Import {
    path: Vec<String>,
    /// What it is called here; `*`: everything there is.
    name: String,
    handed_on: bool,
}

/// A path in the code.
struct Path {
    names: Vec<String>,
    /// Its last name is a variable of a macro.
    open: bool,
}

/// What a path leads to.
enum Target {
    Module(Place),
    /// Something that this file defines.
    Item(String),
}

impl Crate {
    /// The crate of these files, given by their paths from `src`.
    pub fn read(files: &BTreeMap<String, String>) -> Self {
        let mut all = Self::default();
        let root = ["lib.rs", "main.rs"].into_iter().find(|root| files.contains_key(*root));
        all.read_file(files, root.expect("lib.rs or main.rs"), &Place::new());
        all
    }

    fn read_file(&mut self, files: &BTreeMap<String, String>, file: &str, place: &Place) {
        let tokens = without_tests(&tokens(&files[file]));
        for child in self.read_module(file, place, &tokens) {
            let path = child.join("/");
            let file = [format!("{path}.rs"), format!("{path}/mod.rs")];
            let file = file.iter().find(|file| files.contains_key(*file));
            self.read_file(files, file.unwrap_or_else(|| panic!("no file for {path}")), &child);
        }
    }

    /// Reads the items of a module; the modules inside it that have files of their own.
    fn read_module(&mut self, file: &str, place: &Place, tokens: &[String]) -> Vec<Place> {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        let mut in_files = Vec::new();
        let mut k = 0;
        while k < tokens.len() {
            let end = item_end(tokens, k).max(k + 1);
            let start = after_visibility(tokens, k);
            let item = &tokens[start..end];
            let word = |k: usize| item.get(k).map_or("", String::as_str);
            match word(0) {
                "use" => module.import(&item[1..], start > k),
                "mod" => {
                    let child = [place.as_slice(), &[word(1).to_owned()]].concat();
                    module.children.insert(word(1).to_owned());
                    if word(2) == "{" {
                        in_files.extend(self.read_module(file, &child, &item[3..item.len() - 1]));
                    } else {
                        in_files.push(child);
                    }
                }
                _ => {
                    module.defined.extend(defined(item));
                    module.read_code(item);
                }
            }
            k = end;
        }
        self.modules.insert(place.clone(), module);
        in_files
    }

    /// Which file uses which, and by which name.
    pub fn uses(&self) -> Graph {
        let mut graph = Graph::default();
        for (place, module) in &self.modules {
            let mut add = |name: &str, targets: &[Target]| {
                for target in targets {
                    if let Target::Item(file) = target {
                        graph.add(&module.file, file, name);
                    }
                }
            };
            for import in &module.imports {
                if import.name == "*" {
                    for word in &module.words {
                        add(word, &self.named_by_glob(place, import, word, &mut BTreeSet::new()));
                    }
                } else if !import.handed_on || module.words.contains(&import.name) {
                    add(&import.path[import.path.len() - 1], &self.find(place, &import.path));
                }
            }
            for path in &module.paths {
                let targets = self.find(place, &path.names);
                let name = &path.names[path.names.len() - 1];
                add(name, &targets);
                for target in targets.iter().filter(|_| path.open) {
                    if let Target::Module(place) = target {
                        add(name, &self.everything(place));
                    }
                }
            }
        }
        graph
    }

    fn find(&self, place: &Place, path: &[String]) -> Vec<Target> {
        self.resolve(place, path, &mut BTreeSet::new())
    }

    /// What a path in the module at `place` leads to; nothing, if that is another crate.
    fn resolve(
        &self,
        place: &Place,
        path: &[String],
        seen: &mut BTreeSet<(Place, String)>,
    ) -> Vec<Target> {
        let mut at = place.clone();
        let mut path = path;
        let mut ours = false;
        while let [first, rest @ ..] = path {
            match first.as_str() {
                "crate" => at.clear(),
                "super" => drop(at.pop()),
                "self" => {}
                _ => break,
            }
            (ours, path) = (true, rest);
        }
        while let [name, rest @ ..] = path {
            let Some(module) = self.modules.get(&at) else { return Vec::new() };
            if !rest.is_empty() && module.children.contains(name) {
                at.push(name.clone());
            } else {
                let mut found = self.named(&at, name, seen);
                if found.is_empty() && ours {
                    // A macro has made it.
                    found.push(Target::Item(module.file.clone()));
                }
                let module = found.iter().find_map(|target| match target {
                    Target::Module(place) if !rest.is_empty() => Some(place.clone()),
                    _ => None,
                });
                match module {
                    Some(module) => at = module,
                    None => return found,
                }
            }
            (ours, path) = (true, rest);
        }
        vec![Target::Module(at)]
    }

    /// What a module calls `name`: a function and a module can have the same.
    fn named(
        &self,
        place: &Place,
        name: &str,
        seen: &mut BTreeSet<(Place, String)>,
    ) -> Vec<Target> {
        let mut found = Vec::new();
        let Some(module) = self.modules.get(place) else { return found };
        if !seen.insert((place.clone(), name.to_owned())) {
            return found;
        }
        if module.children.contains(name) {
            found.push(Target::Module([place.as_slice(), &[name.to_owned()]].concat()));
        }
        if module.defined.contains(name) {
            found.push(Target::Item(module.file.clone()));
        }
        for import in &module.imports {
            // `use name` of a module itself: `self::name` and not the import.
            if import.name == name {
                found.extend(self.resolve(place, &import.path, seen));
            }
        }
        if found.is_empty() {
            for import in module.imports.iter().filter(|import| import.name == "*") {
                found.extend(self.named_by_glob(place, import, name, seen));
            }
        }
        seen.remove(&(place.clone(), name.to_owned()));
        found
    }

    fn named_by_glob(
        &self,
        place: &Place,
        import: &Import,
        name: &str,
        seen: &mut BTreeSet<(Place, String)>,
    ) -> Vec<Target> {
        let mut found = Vec::new();
        for target in self.resolve(place, &import.path, seen) {
            match target {
                Target::Module(from) => found.extend(self.named(&from, name, seen)),
                // The variants of an enum.
                item => found.push(item),
            }
        }
        found
    }

    /// All that a module defines and hands on.
    fn everything(&self, place: &Place) -> Vec<Target> {
        let module = &self.modules[place];
        let handed_on = module.imports.iter().filter(|import| import.handed_on);
        let mut all: Vec<_> = handed_on.flat_map(|import| self.find(place, &import.path)).collect();
        if !module.defined.is_empty() {
            all.push(Target::Item(module.file.clone()));
        }
        all
    }
}

impl Module {
    /// Reads a `use`, without that word.
    fn import(&mut self, tokens: &[String], handed_on: bool) {
        // `::name` is of another crate.
        if tokens.first().is_some_and(|first| first != "::") {
            leaves(tokens, &[], handed_on, &mut self.imports);
        }
    }

    /// The words and paths of an item.
    fn read_code(&mut self, tokens: &[String]) {
        let is = |k: usize, mark: &str| tokens.get(k).is_some_and(|token| token == mark);
        let mut k = 0;
        while k < tokens.len() {
            // `use<'a>` is no import.
            if tokens[k] == "use" && !is(k + 1, "<") {
                let end = item_end(tokens, k);
                self.import(&tokens[k + 1..end], false);
                k = end;
                continue;
            }
            let start = k;
            if !is_name(&tokens[k]) {
                k += 1;
                continue;
            }
            while is(k + 1, "::") && tokens.get(k + 2).is_some_and(|next| is_name(next)) {
                k += 2;
            }
            k += 1;
            let names: Vec<_> = tokens[start..k].iter().step_by(2).cloned().collect();
            // A field, a method or a function has a name of its own.
            if start > 0 && [".", "::", "fn"].contains(&tokens[start - 1].as_str()) {
                continue;
            }
            self.words.insert(names[0].clone());
            let open = is(k, "::") && is(k + 1, "$");
            if names.len() > 1 || open {
                self.paths.push(Path { names, open });
            }
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// What an item that is no `use` and no `mod` defines.
fn defined(item: &[String]) -> Option<String> {
    const KINDS: [&str; 8] = ["fn", "struct", "enum", "union", "trait", "type", "const", "static"];
    const BEFORE: [&str; 5] = ["const", "unsafe", "async", "extern", "default"];
    let word = |k: usize| item.get(k).map_or("", String::as_str);
    if word(0) == "macro_rules" {
        return Some(word(2).to_owned());
    }
    let mut k = 0;
    while BEFORE.contains(&word(k))
        && (KINDS.contains(&word(k + 1)) || BEFORE.contains(&word(k + 1)))
    {
        k += 1;
    }
    KINDS.contains(&word(k)).then(|| word(k + 1).to_owned())
}

/// The leaves of a tree of a `use`: `a::{b, c as d, e::*}`.
fn leaves(tokens: &[String], before: &[String], handed_on: bool, found: &mut Vec<Import>) {
    let mut path = before.to_vec();
    let mut k = 0;
    let mut name = None;
    while k < tokens.len() {
        match tokens[k].as_str() {
            "{" => {
                let end = after_group(tokens, k);
                for part in parts(&tokens[k + 1..end - 1]) {
                    leaves(part, &path, handed_on, found);
                }
                return;
            }
            "*" => name = Some("*".to_owned()),
            "as" => {
                name = tokens.get(k + 1).cloned();
                k += 1;
            }
            "::" | ";" => {}
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
        k += 1;
    }
    let Some(last) = path.last().cloned() else { return };
    found.push(Import { name: name.unwrap_or(last), path, handed_on });
}

/// What stands between the commas.
fn parts(tokens: &[String]) -> Vec<&[String]> {
    let mut parts = Vec::new();
    let (mut start, mut k) = (0, 0);
    while k < tokens.len() {
        match tokens[k].as_str() {
            "{" => k = after_group(tokens, k),
            "," => {
                parts.push(&tokens[start..k]);
                (start, k) = (k + 1, k + 1);
            }
            _ => k += 1,
        }
    }
    parts.push(&tokens[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}
