//! The page: what is said around pictures and tables.

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{figures, tables};
use crate::numbers::{duration, grouped, three_digits, value_with_error};
use crate::output::chart::ChartError;
use crate::output::chart::canvas::Picture;
use crate::output::chart::look::uses_many;
use crate::results::{Comparison, Experiment};

const PAGE_STYLE: &str = include_str!("page.css");
const CHART_STYLE: &str = include_str!("../chart/chart.css");

/// The whole page.
pub fn page(document: &Comparison) -> Result<String, ChartError> {
    let sections = [
        time(document)?,
        throughput(document)?,
        cost(document)?,
        scaling(document)?,
        convergence(document)?,
        experiments(document)?,
    ];
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "One estimate by every technique" }
                style { (PreEscaped(PAGE_STYLE)) (PreEscaped(CHART_STYLE)) }
            }
            body {
                (head(document))
                main {
                    @for section in &sections { (section) }
                    (every_number(document))
                    (again(document))
                }
            }
        }
    };
    Ok(page.into_string())
}

/// What was asked, by whom, and what came out, in a few numbers.
fn head(document: &Comparison) -> Markup {
    let Comparison { f, g, support, dims, truth, made, host, .. } = document;
    let rates = figures::throughputs(document);
    let available: Vec<_> = document.rows.iter().filter(|row| row.estimate.is_some()).collect();
    let equal = available.iter().filter(|row| row.same_bits == Some(true)).count();
    let compared = available.iter().filter(|row| row.same_bits.is_some()).count();
    let largest = document.largest();
    let fastest =
        rates.first().and_then(|first| largest.iter().find(|row| row.technique == first.technique));
    let value = largest.iter().find_map(|row| Some((row.estimate?, row.std_error?)));
    let one_core = rates.iter().filter(|found| !uses_many(found.technique));
    let nearest = one_core.filter_map(|found| match document.bound {
        Some(_) => Some((found.of_bound?, found.technique)),
        None => Some((found.of_by_hand?, found.technique)),
    });
    let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0));
    html! {
        header {
            h1 { "How fast can this Monte Carlo estimate be made?" }
            p {
                "The integral of f·g with f = " code { (f) } " and g = " code { (g) } " over " code { (support) }
                " (n = " (dims) ")" @if let Some(truth) = truth { ", which is " (truth) } ". Every technique draws "
                "the same sample from seed " (document.seed) ", so the bits of their answers can be compared."
            }
            p.soft {
                (made.at) " · " (host.cpu) ", " (host.cores) " usable cores, " (host.simd) ", " (host.system)
                " · " (document.workers) " workers"
            }
            @if let Some(note) = &made.note { p.bad { (note) } }
            @if let Some(busy) = &document.busy { p.bad { (busy) } }
            dl.facts {
                @if let Some(row) = fastest { div {
                    dt { "fastest at M = " (grouped(row.samples)) }
                    dd { (row.technique) small {
                        @if let Some(seconds) = row.seconds { (duration(seconds.median)) " a run" }
                        @if let Some(speedup) = row.speedup { ", " (three_digits(speedup)) " × the serial loop" }
                    } }
                } }
                @if let Some((share, technique)) = nearest { div {
                    dt {
                        @if document.bound.is_some() { "nearest to the port bound" }
                        @else { "fastest on one core" }
                    }
                    dd { (three_digits(100.0 * share)) " %" small {
                        (technique)
                        @if document.bound.is_some() { " against what a core can do" }
                        @else { " against vector code by hand" }
                    } }
                } }
                div {
                    dt { "same bits as the serial loop" }
                    dd { (equal) " of " (compared) small {
                        @if document.same_bits { "estimates and variances, in every bit" }
                        @else { "there is a defect: see the marked rows" }
                    } }
                }
                @if let Some((value, error)) = value { div {
                    dt { "estimate" }
                    dd { (value_with_error(value, error)) small {
                        @if let Some(truth) = truth { (format!("{:.2}", (value - truth).abs() / error)) " standard errors from the truth" }
                        @else { "the digits in brackets are its error" }
                    } }
                } }
            }
        }
    }
}

/// A heading, words, and a picture beside its table; nothing without the picture.
fn section(
    id: &str,
    title: &str,
    words: &str,
    picture: Option<&Picture>,
    table: &Markup,
) -> Markup {
    html! {
        @if let Some(picture) = picture {
            section id=(id) {
                h2 { (title) }
                p { (words) }
                div.pair {
                    figure { (PreEscaped(picture.inline(&format!("{id}-picture")))) }
                    (table)
                }
            }
        }
    }
}

fn time(document: &Comparison) -> Result<Markup, ChartError> {
    let words = "Both axes are logarithmic. On the left the fixed costs show: starting threads, asking a device, \
                 waking processes. On the right all lines rise alike, and only the cost of a sample is left. \
                 Preparing (compiling, starting workers) is not in it. All pictures have the same axes. Colour is \
                 the kernel; shape and dashes are the executor.";
    let pictures = figures::times(document)?;
    Ok(html! {
        @if !pictures.is_empty() {
            section id="time" {
                h2 { "Time of one run" }
                p { (words) }
                div.pair {
                    @for times in &pictures { div {
                        h3 { (times.title) }
                        figure { (PreEscaped(times.picture.inline(&format!("{}-picture", times.id)))) }
                    } }
                    (tables::time(document))
                }
            }
        }
    })
}

fn throughput(document: &Comparison) -> Result<Markup, ChartError> {
    let mut words =
        "A coordinate is one random number, scaled, put into f and added up.".to_owned();
    if figures::by_hand(document, false).is_some() {
        words += " By hand is this one problem in vector instructions, on one core: what a compiler \
                  that learns of f at run time is to be measured against.";
    }
    if let Some(bound) = &document.bound {
        let _ = write!(
            words,
            " The port bound is what no code is faster than on one core: {} vector instructions a sample, \
             of which a cycle does {} lanes ({}), at {} GHz.",
            bound.stream + bound.map + bound.f + bound.moments,
            bound.lanes_per_cycle,
            bound.cpu,
            three_digits(bound.hertz * 1e-9)
        );
    }
    words += " Techniques with several workers can be beyond it.";
    let picture = figures::throughput(document)?;
    Ok(section("throughput", "Throughput", &words, picture.as_ref(), &tables::throughput(document)))
}

fn cost(document: &Comparison) -> Result<Markup, ChartError> {
    let (error, memory) = (figures::to_an_error(document)?, figures::memory(document)?);
    Ok(html! {
        @if error.is_some() || memory.is_some() {
            section id="cost" {
                h2 { "What an answer costs" }
                p {
                    "The time to a relative standard error of 10⁻³, and to 10⁻⁴ (the stroke): each further digit "
                    "takes 100 times the samples. It is computed from the variance of h, which the estimate tells, and the "
                    "throughput at the largest M; preparing comes on top. The memory is the most that a process of "
                    "its own had for one run, or one of its workers; the program itself is in it."
                }
                div.pair {
                    @if let Some(picture) = &error { figure { (PreEscaped(picture.inline("to-an-error-picture"))) } }
                    @if let Some(picture) = &memory { figure { (PreEscaped(picture.inline("memory-picture"))) } }
                }
                (tables::cost(document))
            }
        }
    })
}

fn scaling(document: &Comparison) -> Result<Markup, ChartError> {
    let Some(page) = &document.page else { return Ok(html! {}) };
    let words = format!(
        "M = {}; the machine has {} cores for this program. Where there are more workers than cores, the line \
         shows what that costs.",
        grouped(page.scaling.samples),
        document.host.cores
    );
    let picture = figures::scaling(document)?;
    let table = html! {
        (tables::scaling(&page.scaling))
        @for reason in &page.scaling.reasons { p.soft { (reason) } }
    };
    Ok(section(
        "scaling",
        "Speed-up by workers",
        &words,
        picture.as_ref(),
        &html! { div { (table) } },
    ))
}

fn convergence(document: &Comparison) -> Result<Markup, ChartError> {
    let Some(page) = &document.page else { return Ok(html! {}) };
    let (funnel, error) = (figures::funnel(document)?, figures::error(document)?);
    Ok(html! {
        @if funnel.is_some() || error.is_some() {
            section id="convergence" {
                h2 { "What the samples buy" }
                p {
                    "Four times the samples, half the error: std_error falls as 1/√M, whatever the dimension. The "
                    "area is estimate ± 1.96 std_error, which covers the truth in 95 % of runs. Each point is a "
                    "run of its own, by " (page.convergence.technique) "; any technique gives the same."
                }
                div.pair {
                    @if let Some(picture) = &funnel { figure { (PreEscaped(picture.inline("funnel-picture"))) } }
                    @if let Some(picture) = &error { figure { (PreEscaped(picture.inline("error-picture"))) } }
                }
                (tables::convergence(&page.convergence, document.truth))
            }
        }
        @if let Some(reason) = &page.convergence.reason {
            section { p.soft {
                @if page.convergence.points.is_empty() { "No estimates with more and more samples: " }
                @else { "No more estimates with more samples: " }
                (reason)
            } }
        }
    })
}

fn experiments(document: &Comparison) -> Result<Markup, ChartError> {
    let Some(page) = &document.page else { return Ok(html! {}) };
    let one = |experiment: &Experiment| -> Result<Markup, ChartError> {
        let picture = figures::experiment(experiment)?;
        let id = format!("experiment-{}", experiment.name);
        Ok(html! {
            section id=(id) {
                h2 { (experiment.title) }
                p.soft { "cargo xtask experiment " (experiment.name) }
                // A table with many columns needs the whole width.
                div class=[(experiment.columns.len() <= 5).then_some("pair")] {
                    @if let Some(picture) = &picture {
                        figure { (PreEscaped(picture.inline(&format!("{id}-picture")))) }
                    }
                    div {
                        (tables::experiment(experiment))
                        @for note in &experiment.notes { p.soft { (note) } }
                    }
                }
            }
        })
    };
    let all: Vec<_> = page.experiments.iter().map(one).collect::<Result<_, _>>()?;
    Ok(html! {
        @for one in &all { (one) }
        @if !page.reasons.is_empty() {
            section id="missing-experiments" {
                h2 { "Experiments that could not be made" }
                ul { @for reason in &page.reasons { li { (reason) } } }
            }
        }
    })
}

fn every_number(document: &Comparison) -> Markup {
    let mut reasons: Vec<String> = Vec::new();
    for row in &document.rows {
        let reason = match (&row.reason, &row.mark) {
            (Some(reason), _) => format!("{}: {reason}", row.technique),
            (_, Some(mark)) => {
                format!("! {} at M = {} is not ranked: {mark}", row.technique, grouped(row.samples))
            }
            _ => continue,
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    html! {
        section.long id="numbers" {
            h2 { "Every number" }
            p {
                "The digits in brackets are the standard error of the last digits. z is the distance from the truth "
                "in standard errors. A row with other bits than the serial loop's, or with z above 5, is marked and "
                "has no rank. Times are medians of interleaved runs with their intervals; preparing is apart."
            }
            @for samples in document.sizes() { h3 { "M = " (grouped(samples)) } (tables::all(document, samples)) }
            @if !document.crossovers.is_empty() {
                h3 { "From how many samples on an executor pays" }
                (tables::crossovers(document))
            }
            @if !reasons.is_empty() {
                h3 { "What is missing or marked" }
                ul { @for reason in &reasons { li { (reason) } } }
            }
        }
    }
}

fn again(document: &Comparison) -> Markup {
    let made = &document.made;
    html! {
        section id="again" {
            h2 { "Do it again" }
            p {
                "With Rust and nothing else; what is missing is found and installed on request. On the same kind of "
                "machine the times will be near these; on any machine the estimates have the same bits."
            }
            pre { code { (made.command) } }
            p.soft {
                "Made " (made.at) " by version " (document.host.version)
                @if let Some(commit) = &made.commit { ", commit " (commit) }
                ", on " (document.host.cpu) " with " (document.host.cores) " usable cores, " (document.host.simd) ", "
                (document.host.system) "."
            }
        }
    }
}

/// The picture of times as a file of its own, for a README.
pub fn picture(document: &Comparison) -> Result<Option<String>, ChartError> {
    Ok(figures::overview(document)?.map(|picture| picture.file(CHART_STYLE)))
}
