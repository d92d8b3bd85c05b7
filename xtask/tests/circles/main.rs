//! No circle of files: a file of a crate that uses another is not used by it, nor by what it
//! uses. Then each can be read after those that it stands on.
//!
//! What is seen are paths of the code: `use`, and paths inside it. A name that `lib.rs` or a
//! `mod.rs` hands on counts for the file that defines it. Tests, comments and strings do not
//! count, and a call of a method is no path.

mod code;
mod graph;
mod modules;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use graph::Graph;
use modules::Crate;

/// Uses that are meant to go both ways: crate, file, and what it uses (a file, or a folder).
const MUTUAL: &[(&str, &str, &str)] = &[
    // A function is a method of `Real`, and is written over `Real`.
    ("mc-core", "real/mod.rs", "elementary/"),
];

/// Crates whose circles are still to be opened.
const STILL_CIRCLES: &[&str] = &[];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The crates of the workspace, from its manifest.
fn members() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let (_, list) = manifest.split_once("\nmembers = [").expect("members");
    let (list, _) = list.split_once(']').expect("their end");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The sources in a folder and in those inside it, by their path from `src`.
fn sources(folder: &Path, src: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, src, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let parts = path.strip_prefix(src).expect("it is in src").iter();
            let parts: Vec<_> = parts.map(|part| part.to_str().expect("a plain name")).collect();
            found.insert(parts.join("/"), fs::read_to_string(&path).expect("a source"));
        }
    }
}

/// Which file of a crate uses which.
fn graph(name: &str) -> Graph {
    let src = root().join(name).join("src");
    let mut files = BTreeMap::new();
    sources(&src, &src, &mut files);
    Crate::read(&files).uses()
}

#[test]
fn the_sources_are_seen() {
    let core = graph("mc-core");
    assert_eq!(core.name("run.rs", "kernel.rs"), Some("Kernel"));
    assert_eq!(core.name("kernel.rs", "run.rs"), None);
    // Through names that a `mod.rs` hands on.
    assert_eq!(graph("mc-opencl").name("technique.rs", "host_points/grid.rs"), Some("HostGrid"));
}

#[test]
fn no_crate_has_a_circle_of_files() {
    let members = members();
    assert_eq!(members.len(), 8, "{members:?}");
    for name in &members {
        let mut graph = graph(name);
        for (_, from, to) in MUTUAL.iter().filter(|(owner, ..)| owner == name) {
            assert!(
                graph.remove(from, to),
                "{name}: {from} does not use {to} any more: see MUTUAL"
            );
        }
        let circles = graph.circles();
        if STILL_CIRCLES.contains(&name.as_str()) {
            assert!(!circles.is_empty(), "{name} has no circle any more: see STILL_CIRCLES");
        } else {
            assert!(circles.is_empty(), "{name}/src has circles of files:\n{}", circles.join("\n"));
        }
    }
}

/// The circles of a made-up crate.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    Crate::read(&files).uses().circles()
}

#[test]
fn a_row_of_files_is_no_circle() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; pub use a::A; pub use c::C;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "use super::c::C; pub struct B(C); impl B { pub fn a() {} }"),
        ("c.rs", "use std::fmt; pub struct C; fn f() -> fmt::Result { self::f() }"),
    ];
    assert_eq!(circles(&files), [""; 0]);
}

#[test]
fn a_circle_of_two() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; fn f() { let _: Option<super::a::A> = None; }"),
    ];
    assert_eq!(circles(&files), ["a.rs uses B of b.rs, which uses A of a.rs"]);
}

#[test]
fn a_circle_of_three_with_a_folder() {
    let files = [
        ("main.rs", "mod a; mod b; fn main() { a::run(); }"),
        ("a.rs", "use crate::b; pub fn run() { b::inner::go() }"),
        ("b/mod.rs", "pub mod inner; mod other;"),
        ("b/inner.rs", "use super::other::{self, Other as O}; pub fn go() { other::x(); }"),
        ("b/other.rs", "pub struct Other; pub fn x() { crate::a::run() }"),
    ];
    let circle =
        "a.rs uses go of b/inner.rs, which uses Other of b/other.rs, which uses run of a.rs";
    assert_eq!(circles(&files), [circle]);
}

#[test]
fn a_circle_through_names_that_are_handed_on() {
    let files = [
        ("lib.rs", "mod a; mod b; pub use a::*; pub use b::{B as Bee};"),
        ("a.rs", "use crate::Bee; pub struct A(Bee);"),
        ("b/mod.rs", "mod inner; pub use inner::B;"),
        ("b/inner.rs", "pub struct B(Option<crate::A>);"),
    ];
    assert_eq!(circles(&files), ["a.rs uses Bee of b/inner.rs, which uses A of a.rs"]);
}

#[test]
fn a_circle_with_the_root_that_defines_something() {
    let files = [
        ("lib.rs", "mod a; pub const C: u8 = 1; pub fn f() { a::g() }"),
        ("a.rs", "use crate::C; pub fn g() -> u8 { C }"),
    ];
    assert_eq!(circles(&files), ["a.rs uses C of lib.rs, which uses g of a.rs"]);
}

#[test]
fn a_circle_through_what_everything_is_imported_from() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::*; pub struct A(B);"),
        ("b.rs", "pub struct B; macro_rules! m { ($n:ident) => { $crate::a::$n() } }"),
    ];
    assert_eq!(circles(&files), ["a.rs uses B of b.rs, which uses a of a.rs"]);
}

#[test]
fn handing_on_is_no_use() {
    let files = [
        ("lib.rs", "mod a; pub use a::{A, B};"),
        ("a/mod.rs", "mod b; pub use b::B; pub struct A;"),
        ("a/b.rs", "use super::A; pub struct B(A);"),
    ];
    assert_eq!(circles(&files), [""; 0]);
    // Nor is a method of the same name.
    let files_too = [
        files[0],
        ("a/mod.rs", "mod b; pub use b::f; pub trait A { fn f(&self) { self.f() } }"),
        ("a/b.rs", "use super::A; pub fn f(a: &dyn A) {}"),
    ];
    assert_eq!(circles(&files_too), [""; 0]);
    // Unless the name is used too.
    let files = [files[0], ("a/mod.rs", "mod b; pub use b::B; pub struct A(B);"), files[2]];
    assert_eq!(circles(&files), ["a/b.rs uses A of a/mod.rs, which uses B of a/b.rs"]);
}

#[test]
fn tests_comments_and_strings_do_not_count() {
    let files = [
        ("lib.rs", "mod a; mod b; #[cfg(test)] mod tests;"),
        (
            "a.rs",
            "use crate::b::B; pub struct A<'a>(&'a B); #[cfg(all(test, unix))] mod tests { use super::*; }
             #[cfg(test)] pub(crate) fn only() -> [u8; 2] { [b'{', 1] } pub struct C;",
        ),
        (
            "b.rs",
            r##"//! crate::a::A
                /* /* crate::a::A */ crate::a::A */ pub struct B; // crate::a::A
                const S: (&str, &str, char) = ("\"crate::a::A", r#"" crate::a::A "#, '"');
                #[cfg(test)] use crate::a::A; #[cfg(test)] mod tests { use crate::a::{A, C}; }"##,
        ),
        ("tests.rs", "use crate::a::A;"),
    ];
    assert_eq!(circles(&files), [""; 0]);
    // What stands behind a test is seen.
    let b = files[2].1.to_owned() + " use crate::a::C;";
    let files = [files[0], files[1], ("b.rs", &b), files[3]];
    assert_eq!(circles(&files), ["a.rs uses B of b.rs, which uses C of a.rs"]);
}

#[test]
fn modules_inside_a_file_belong_to_it() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub mod inside { use super::super::b::B; pub struct A(B); }"),
        ("b.rs", "use super::a::inside; pub struct B; fn f() { drop::<inside::A>(); }"),
    ];
    assert_eq!(circles(&files), ["a.rs uses B of b.rs, which uses A of a.rs"]);
}

#[test]
fn what_is_meant_to_go_both_ways_is_taken_out() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b/mod.rs", "mod inner; pub use inner::B;"),
        ("b/inner.rs", "use crate::a::A; pub struct B(A);"),
    ];
    let files = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    let mut graph = Crate::read(&files).uses();
    assert_eq!(graph.circles().len(), 1);
    assert!(!graph.remove("a.rs", "c/"));
    assert!(graph.remove("a.rs", "b/"));
    assert_eq!(graph.circles(), [""; 0]);
}
