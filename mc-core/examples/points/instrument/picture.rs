//! The picture of chapter 0: as many random points and Sobol' points, side by side.

use std::fmt::Write as _;

use super::{DIGITS, SEED, random, sobol};

/// The number of points of each kind; its root is the number of cells along a side.
pub const COUNT: u64 = 256;
const CELLS: u64 = COUNT.isqrt();

/// The side of a square, and what is around it.
const SIDE: u64 = 320;
const MARGIN: u64 = 20;
const HEAD: u64 = 44;

/// The look of it. It is no part of a page, so it has its own colours: those of the charts.
const STYLE: &str = "\
.points { --text: #1c2126; --grid: #d7dde3; --dots: #0072b2; \
font: 17px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif }
@media screen and (prefers-color-scheme: dark) { .points { --text: #e8ecf0; --grid: #343b43; --dots: #4aa8e0 } }
.points text { fill: var(--text) }
.points path { fill: none }
.points .grid { stroke: var(--grid) }
.points .dots { stroke: var(--dots); stroke-width: 5; stroke-linecap: round }
";

/// The picture as SVG.
pub fn svg() -> String {
    let (width, height) = (2 * SIDE + 3 * MARGIN, SIDE + HEAD + MARGIN);
    let mut text = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' class='points' viewBox='0 0 {width} {height}' role='img' \
         aria-labelledby='points-title points-about'>\n\
         <title id='points-title'>{COUNT} random and {COUNT} Sobol' points</title>\n\
         <desc id='points-about'>Random points leave gaps and clusters. Each of the {COUNT} cells has one \
         Sobol' point.</desc>\n<style>\n{STYLE}</style>\n"
    );
    let kinds = [("random", random(2, SEED, COUNT)), ("Sobol'", sobol(2, SEED, COUNT))];
    for (number, (name, points)) in kinds.iter().enumerate() {
        let left = MARGIN + number as u64 * (SIDE + MARGIN);
        square(&mut text, left, &format!("{COUNT} {name} points"), points);
    }
    text + "</svg>\n"
}

/// One square with its heading, its cells and its points.
fn square(text: &mut String, left: u64, heading: &str, points: &[Vec<u64>]) {
    let (right, bottom) = (left + SIDE, HEAD + SIDE);
    let _ = writeln!(text, "<text x='{left}' y='{}'>{heading}</text>", HEAD - 14);
    let _ = write!(text, "<path class='grid' d='");
    for cell in 0..=CELLS {
        let along = cell * SIDE / CELLS;
        let _ = write!(text, "M{} {HEAD}V{bottom}M{left} {}H{right}", left + along, HEAD + along);
    }
    let _ = write!(text, "'/>\n<path class='dots' d='");
    for point in points {
        let [x, y] = [point[0], point[1]].map(tenths);
        let (x, y) = (10 * left + x, 10 * bottom - y);
        let _ = write!(text, "M{}.{} {}.{}h0", x / 10, x % 10, y / 10, y % 10);
    }
    text.push_str("'/>\n");
}

/// A coordinate in tenths of a unit of the picture, cut off so that each point stays in its cell.
fn tenths(digits: u64) -> u64 {
    ((u128::from(digits) * u128::from(10 * SIDE)) >> DIGITS) as u64
}

/// The picture as an address that holds it, for the crate's page: rustdoc copies no files.
pub fn address() -> String {
    let mut address = "data:image/svg+xml,".to_owned();
    for c in svg().chars() {
        match c {
            '<' | '>' | '#' | '%' | '"' | '\\' | '\n' => {
                let _ = write!(address, "%{:02X}", u32::from(c));
            }
            c => address.push(c),
        }
    }
    address
}
