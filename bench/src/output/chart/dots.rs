//! One dot a row on a log axis: for numbers that span powers of ten, of which bars
//! would say nothing, since they have no zero to stand on.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::ChartError;
use super::axis::Axis;
use super::canvas::{Ink, LETTERS, Picture, WIDTH};
use super::look::look_of;
use super::marks::mark;
use crate::technique::look::Look;

/// One row.
#[derive(Clone, Debug)]
pub struct Dot {
    /// What it is.
    pub name: String,
    /// How it looks.
    pub look: Look,
    /// Where it is.
    pub value: f64,
    /// Another value of the same row, farther to the right: a line to it, with a stroke at its end.
    pub also: Option<f64>,
    /// The value, to read.
    pub shown: String,
}

impl Dot {
    /// That of a technique, or of a peer, which looks as everywhere.
    pub fn of(technique: &str, value: f64, shown: String) -> Self {
        Self { name: technique.to_owned(), look: look_of(technique), value, also: None, shown }
    }
}

/// A picture of dots.
#[derive(Clone, Debug)]
pub struct Dots<'p> {
    /// What the picture is called, for those who cannot see it.
    pub title: &'p str,
    /// What it shows, in words, for the same.
    pub about: &'p str,
    /// The axis, and what it counts.
    pub x: (Axis, &'p str),
    /// The rows, from the top.
    pub rows: Vec<Dot>,
    /// Upright lines: where, and what they are called.
    pub lines: Vec<(f64, &'p str)>,
}

impl Dots<'_> {
    /// Draws it; none if there is no row.
    pub fn draw(&self) -> Result<Option<Picture>, ChartError> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        let widest =
            |text: &dyn Fn(&Dot) -> usize| self.rows.iter().map(text).max().unwrap_or(0) as i32;
        let wide = LETTERS * 11 / 20;
        let left = 24 + wide * widest(&|dot| dot.name.chars().count());
        let right = 24 + wide * widest(&|dot| dot.shown.chars().count());
        let each = LETTERS * 3 / 2;
        let top = LETTERS * (2 + self.lines.len() as i32 * 5 / 4);
        let height = top + each * self.rows.len() as i32 + 3 * LETTERS;
        let bottom = height - 3 * LETTERS + LETTERS / 4;
        let (from, to) = (left + 20, WIDTH as i32 - right - 12);
        let (axis, caption) = &self.x;
        let across = |place: f64| {
            from + ((place - axis.from) / (axis.to - axis.from) * f64::from(to - from)) as i32
        };
        let mut svg = String::new();
        {
            let canvas =
                SVGBackend::with_string(&mut svg, (WIDTH, height as u32)).into_drawing_area();
            // Only as many labels as have room beside each other.
            let longest = axis.ticks.iter().map(|(_, label)| label.chars().count() as i32).max();
            let room = match axis.ticks.as_slice() {
                [(first, _), (second, _), ..] => across(*second) - across(*first),
                _ => WIDTH as i32,
            };
            let step = ((longest.unwrap_or(0) + 1) * wide / room.max(1) + 1) as usize;
            for (k, (place, label)) in axis.ticks.iter().enumerate() {
                let x = across(*place);
                canvas
                    .draw(&PathElement::new(vec![(x, top), (x, bottom)], Ink::GRID.line(2, 0)))?;
                if k % step != 0 {
                    continue;
                }
                let letters = Ink::MUTED.letters(HPos::Center);
                canvas.draw(&Text::new(label.clone(), (x, bottom + LETTERS * 3 / 4), letters))?;
            }
            let letters = Ink::MUTED.letters(HPos::Center);
            let below = (left + (to - from) / 2, bottom + LETTERS * 2);
            canvas.draw(&Text::new(*caption, below, letters))?;
            let lines =
                self.lines.iter().filter_map(|(value, name)| Some((axis.place(*value)?, name)));
            let mut lines: Vec<_> = lines.map(|(place, name)| (across(place), name)).collect();
            // So that no line goes through the name of another: names are on its left.
            lines.sort_by_key(|(x, _)| std::cmp::Reverse(*x));
            for (k, (x, name)) in lines.into_iter().enumerate() {
                let y = LETTERS * (3 + 5 * k as i32) / 4;
                let style = Ink::series(Look::GUIDE.colour).line(3, 1);
                canvas.draw(&PathElement::new(vec![(x, y + LETTERS / 2), (x, bottom)], style))?;
                // To the side where there is room.
                let (side, gap) =
                    if x > WIDTH as i32 / 2 { (HPos::Right, -10) } else { (HPos::Left, 10) };
                canvas.draw(&Text::new(*name, (x + gap, y), Ink::TEXT.letters(side)))?;
            }
            for (k, dot) in self.rows.iter().enumerate() {
                let y = top + each * k as i32 + each / 2;
                let letters = Ink::TEXT.letters(HPos::Right);
                canvas.draw(&Text::new(dot.name.clone(), (left, y), letters))?;
                canvas.draw(&PathElement::new(vec![(from, y), (to, y)], Ink::GRID.line(1, 0)))?;
                let at = |value: f64| Some((across(axis.place(value)?), y));
                let (place, also) = (at(dot.value), dot.also.and_then(at));
                if let (Some(place), Some((end, _))) = (place, also) {
                    let ink = Ink::series(dot.look.colour);
                    canvas.draw(&PathElement::new(vec![place, (end, y)], ink.line(2, 0)))?;
                    let stroke = vec![(end, y - LETTERS / 3), (end, y + LETTERS / 3)];
                    canvas.draw(&PathElement::new(stroke, ink.line(4, 0)))?;
                }
                if let Some(place) = place {
                    mark(&canvas, dot.look, place)?;
                }
                let letters = Ink::TEXT.letters(HPos::Left);
                canvas.draw(&Text::new(dot.shown.clone(), (to + 14, y), letters))?;
            }
            canvas.present()?;
        }
        Ok(Some(Picture::new(&svg, height as u32, self.title, self.about)))
    }
}
