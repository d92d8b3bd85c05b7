//! Lines over two axes, each with its name at its end.

use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::ChartError;
use super::axis::Axis;
use super::canvas::{Ink, LETTERS, Picture, WIDTH};
use super::marks::{labels, mark};
use crate::technique::look::Look;

/// One line.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name; empty: none is shown.
    pub name: String,
    /// How it looks.
    pub look: Look,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
    /// Whether its points have marks.
    marked: bool,
    /// Whether its points are joined.
    joined: bool,
}

impl Series {
    /// Marks that are joined.
    pub fn new(name: impl Into<String>, look: Look, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), look, points, marked: true, joined: true }
    }

    /// Marks alone.
    pub fn marks(name: &str, look: Look, points: Vec<(f64, f64)>) -> Self {
        Self { joined: false, ..Self::new(name, look, points) }
    }

    /// A line that only guides the eye.
    pub fn guide(name: &str, points: Vec<(f64, f64)>) -> Self {
        Self { marked: false, ..Self::new(name, Look::GUIDE, points) }
    }
}

/// Adds a point to the line of this name; a new line looks as `look` says, by its place.
pub fn add(
    series: &mut Vec<Series>,
    name: String,
    point: (f64, f64),
    look: impl Fn(usize) -> Look,
) {
    match series.iter_mut().find(|series| series.name == name) {
        Some(series) => series.points.push(point),
        None => series.push(Series::new(name, look(series.len()), vec![point])),
    }
}

/// Log axes that all points fit.
pub fn log_axes(
    series: &[Series],
    x_label: fn(i32) -> String,
    y_label: fn(i32) -> String,
) -> (Axis, Axis) {
    let points = || series.iter().flat_map(|series| &series.points);
    let x = Axis::log(points().map(|point| point.0), x_label);
    (x, Axis::log(points().map(|point| point.1), y_label))
}

/// A picture of lines.
#[derive(Clone, Debug)]
pub struct Lines<'p> {
    /// What the picture is called, for those who cannot see it.
    pub title: &'p str,
    /// What it shows, in words, for the same.
    pub about: &'p str,
    /// The horizontal axis, and what it counts.
    pub x: (Axis, &'p str),
    /// The vertical one.
    pub y: (Axis, &'p str),
    /// The lines.
    pub series: Vec<Series>,
    /// An area behind them: horizontal place, lower and upper bound.
    pub band: Vec<(f64, f64, f64)>,
}

impl Lines<'_> {
    /// Draws it.
    pub fn draw(&self) -> Result<Picture, ChartError> {
        let named = self.series.iter().filter(|series| !series.name.is_empty());
        let (count, longest) = named.fold((0, 0), |(count, longest), series| {
            (count + 1, longest.max(series.name.chars().count() as i32))
        });
        let right = 60 + longest * LETTERS * 11 / 20;
        let (top, foot, left) = (LETTERS * 2, LETTERS * 3, 138);
        let height = (count * (LETTERS + 4) + top + foot).max(620) as u32;
        let mut svg = String::new();
        {
            let canvas = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
            let (x, y) = (&self.x.0, &self.y.0);
            let mut chart = ChartBuilder::on(&canvas)
                .margin_top(top)
                .margin_right(right)
                .margin_bottom(LETTERS)
                .x_label_area_size(foot - LETTERS)
                .y_label_area_size(left)
                .build_cartesian_2d(x.clone(), y.clone())?;
            chart
                .configure_mesh()
                .bold_line_style(Ink::GRID.line(2, 0))
                .light_line_style(TRANSPARENT)
                .axis_style(Ink::MUTED.line(2, 0))
                .label_style(Ink::MUTED.letters(HPos::Center))
                .x_label_formatter(&|at| x.format_ext(at))
                .y_label_formatter(&|at| y.format_ext(at))
                .draw()?;
            let letters = Ink::MUTED.letters(HPos::Left);
            canvas.draw(&Text::new(self.y.1, (8, LETTERS * 3 / 4), letters))?;
            let middle = left + (WIDTH as i32 - left - right) / 2;
            let below = height as i32 - LETTERS * 3 / 4;
            let letters = Ink::MUTED.letters(HPos::Center);
            canvas.draw(&Text::new(self.x.1, (middle, below), letters))?;

            if let Some(outline) = self.outline() {
                chart.draw_series([Polygon::new(outline, Ink::BAND.fill())])?;
            }
            let mut ends = Vec::new();
            for series in &self.series {
                let points: Vec<(f64, f64)> = series
                    .points
                    .iter()
                    .filter_map(|&(a, b)| Some((x.place(a)?, y.place(b)?)))
                    .collect();
                let Look { colour, dash, .. } = series.look;
                if series.joined {
                    let style = Ink::series(colour).line(4, dash);
                    chart.draw_series(LineSeries::new(points.iter().copied(), style))?;
                }
                let area = chart.plotting_area();
                let pixels: Vec<_> =
                    points.iter().map(|point| area.map_coordinate(point)).collect();
                if series.marked {
                    for &at in &pixels {
                        mark(&canvas, series.look, at)?;
                    }
                }
                if let Some(&end) = pixels.last()
                    && !series.name.is_empty()
                {
                    ends.push((series.name.clone(), series.look, end));
                }
            }
            let bounds = (top, height as i32 - foot);
            labels(&canvas, ends, WIDTH as i32 - right + 24, bounds)?;
            canvas.present()?;
        }
        Ok(Picture::new(&svg, height, self.title, self.about))
    }

    /// The area, once around; None if there is none.
    fn outline(&self) -> Option<Vec<(f64, f64)>> {
        let (x, y) = (&self.x.0, &self.y.0);
        let place = |at: f64, bound: f64| Some((x.place(at)?, y.place(bound)?.clamp(y.from, y.to)));
        let upper: Vec<_> = self.band.iter().filter_map(|&(at, _, high)| place(at, high)).collect();
        let lower = self.band.iter().rev().filter_map(|&(at, low, _)| place(at, low));
        (upper.len() > 1).then(|| upper.iter().copied().chain(lower).collect())
    }
}
