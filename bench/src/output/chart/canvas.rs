//! Pictures whose colours the page decides.
//!
//! plotters writes colours into the SVG. A page that is read in the light and in the
//! dark needs classes instead. So everything is drawn in colours that stand for a
//! class, and [`classed`] puts the classes in their place.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont, IntoTextStyle, RGBColor, ShapeStyle, TextStyle};

/// The width of every picture, in its own units. A page shows it smaller.
pub const WIDTH: u32 = 960;
/// The height of letters, in the same units.
pub const LETTERS: i32 = 32;
/// What plotters divides the size of a font by in an SVG.
const FONT_SCALE: f64 = 1.24;
/// The red part that tells our colours from any other.
const OURS: u8 = 0xFA;

/// What a line, a shape or a letter is; its colour is the style sheet's, by this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink(u8);

impl Ink {
    /// Letters.
    pub const TEXT: Self = Self(0);
    /// Axes, and letters of less weight.
    pub const MUTED: Self = Self(1);
    /// The grid.
    pub const GRID: Self = Self(2);
    /// The area between two bounds.
    pub const BAND: Self = Self(3);
    /// What is behind everything.
    pub const PAPER: Self = Self(4);

    /// A series, by the number of its colour.
    pub fn series(colour: u8) -> Self {
        Self(10 + colour)
    }

    fn colour(self, dash: u8) -> RGBColor {
        RGBColor(OURS, dash, self.0)
    }

    /// A line of this width; `dash` is the number of a pattern of the style sheet, 0 for none.
    pub fn line(self, width: u32, dash: u8) -> ShapeStyle {
        ShapeStyle { color: self.colour(dash).into(), filled: false, stroke_width: width }
    }

    /// A filled shape.
    pub fn fill(self) -> ShapeStyle {
        ShapeStyle { color: self.colour(0).into(), filled: true, stroke_width: 0 }
    }

    /// Letters, with this point of theirs at the place where they are put.
    pub fn letters(self, horizontal: HPos) -> TextStyle<'static> {
        let size = f64::from(LETTERS) * FONT_SCALE;
        let style = ("sans-serif", size).into_font().color(&self.colour(0));
        style.into_text_style(&(1, 1)).pos(Pos::new(horizontal, VPos::Center))
    }
}

/// A picture as it stands in a page: an `svg` element whose colours are classes.
#[derive(Clone, Debug)]
pub struct Picture {
    inner: String,
    height: u32,
    title: String,
    about: String,
}

impl Picture {
    /// From what plotters wrote into `svg`. `title` names the picture, `about` says in
    /// words what it shows, beside a table with the numbers.
    pub fn new(svg: &str, height: u32, title: &str, about: &str) -> Self {
        let start = svg.find("<svg").and_then(|at| Some(at + svg[at..].find('>')? + 1));
        let end = svg.rfind("</svg>");
        let inner = match (start, end) {
            (Some(start), Some(end)) if start <= end => classed(&svg[start..end]),
            _ => String::new(),
        };
        let about = format!("{about} The numbers are in the table.");
        Self { inner, height, title: title.to_owned(), about }
    }

    /// For a page that has the style sheet. `id` is the picture's own on the page.
    pub fn inline(&self, id: &str) -> String {
        self.element(id, "", "")
    }

    /// As a file of its own, with the style sheet in it.
    pub fn file(&self, style: &str) -> String {
        let space = r#" xmlns="http://www.w3.org/2000/svg""#;
        self.element("picture", space, &format!("<style>\n{style}</style>\n")) + "\n"
    }

    fn element(&self, id: &str, space: &str, style: &str) -> String {
        let Self { inner, height, title, about } = self;
        let (title, about) = (escaped(title), escaped(about));
        format!(
            "<svg{space} class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
             aria-labelledby=\"{id}-title {id}-about\">\n<title id=\"{id}-title\">{title}</title>\n\
             <desc id=\"{id}-about\">{about}</desc>\n{style}{inner}</svg>"
        )
    }
}

/// Text as it stands in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Puts classes in the place of our colours: `fill="#FA000B"` becomes `class="f11"`,
/// `stroke="#FA020B"` becomes `class="s11 d2"`. The fonts are the page's as well.
fn classed(svg: &str) -> String {
    let mut text = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some(at) = rest.find("=\"#FA") {
        let (head, tail) = rest.split_at(at);
        let byte = |from: usize| u8::from_str_radix(tail.get(from..from + 2)?, 16).ok();
        let (dash, number) = (byte(5).unwrap_or(0), byte(7).unwrap_or(0));
        let after = tail.get(9 + 1..).unwrap_or("");
        if let Some(head) = head.strip_suffix("fill") {
            text += &format!("{head}class=\"f{number}\"");
        } else if let Some(head) = head.strip_suffix("stroke") {
            let dash = if dash == 0 { String::new() } else { format!(" d{dash}") };
            text += &format!("{head}class=\"s{number}{dash}\"");
        } else {
            text += head;
        }
        rest = after;
    }
    text += rest;
    text.replace(" font-family=\"sans-serif\"", "").replace(" opacity=\"1\"", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_classes() {
        let svg = "<svg width=\"9\"><circle r=\"1\" opacity=\"1\" fill=\"#FA000B\" stroke=\"none\"/>\
                   <line stroke=\"#FA0301\" x1=\"2\"/><rect fill=\"#123456\"/></svg>";
        let picture = Picture::new(svg, 100, "A < B", "1 & 2");
        let text = picture.inline("p");
        assert!(text.contains("<circle r=\"1\" class=\"f11\" stroke=\"none\"/>"), "{text}");
        assert!(text.contains("<line class=\"s1 d3\" x1=\"2\"/>"), "{text}");
        assert!(text.contains("#123456") && !text.contains("#FA"), "{text}");
        let parsed = roxmltree::Document::parse(&text).expect("well-formed");
        assert_eq!(parsed.root_element().attribute("aria-labelledby"), Some("p-title p-about"));
        assert!(text.contains("<title id=\"p-title\">A &lt; B</title>"), "{text}");
    }
}
