use scraper::{Html, Selector};

use super::*;
use crate::measure::Seconds;
use crate::results::{
    Comparison, Convergence, Experiment, Measured, Point, Row, Scaled, Scaling, named,
};
use crate::technique::name::Name;
use mc_core::Sampling;

/// A comparison of all techniques, with everything that a page can show.
fn full() -> Comparison {
    let mut comparison = Comparison::blank();
    let names: Vec<_> = Name::all().map(|name| name.to_string()).collect();
    for samples in [100, 10_000, 1_000_000] {
        for (k, name) in names.iter().enumerate() {
            let time = (1.0 + k as f64) * 1e-9 * samples as f64;
            comparison.rows.push(Row {
                estimate: Some(0.667),
                std_error: Some(0.42 / (samples as f64).sqrt()),
                variance: Some(0.17 / samples as f64),
                distance: Some(0.5),
                seconds: Seconds::of(vec![time]),
                samples_per_second: Some(samples as f64 / time),
                coordinates_per_second: Some(2.0 * samples as f64 / time),
                prepare_seconds: Some(0.001),
                speedup: Some(2.0),
                available: true,
                same_bits: Some(true),
                ranked: true,
                rank: Some(k + 1),
                seconds_to_1e_3: Some(1e-3 * (k + 1) as f64),
                seconds_to_1e_4: Some(0.1 * (k + 1) as f64),
                peak_memory_bytes: (samples == 1_000_000).then_some(5 << 20),
                peer: name.starts_with("mpi"),
                ..named(name, samples)
            });
        }
    }
    comparison.f = "if(x0 < 1, \"a\" & 1, 2)".to_owned();
    comparison.rows[1].mark = Some("other bits than the serial loop's".to_owned());
    let mut missing = named("peer", 100);
    missing.reason = Some("<not> there & why".to_owned());
    comparison.rows.push(missing);
    let scaled = |technique: &str, workers, speedup| Scaled {
        technique: technique.to_owned(),
        workers,
        seconds: 0.1 / speedup,
        speedup,
    };
    let point = |power: i32| Point {
        samples: 10u64.pow(power as u32),
        estimate: 2.0 / 3.0 + 0.3 / 10f64.powf(f64::from(power) / 2.0),
        std_error: 0.42 / 10f64.powf(f64::from(power) / 2.0),
    };
    let even = |power: i32| {
        let std_error = 0.3 / 10f64.powf(1.25 * f64::from(power));
        Point { estimate: 2.0 / 3.0 + std_error, std_error, ..point(power) }
    };
    comparison.page = Some(Measured {
        scaling: Scaling {
            samples: 1 << 26,
            against: "jit".to_owned(),
            seconds: Some(0.1),
            rows: vec![
                scaled("rayon-jit", 1, 0.99),
                scaled("rayon-jit", 2, 1.95),
                scaled("processes-jit", 2, 1.9),
            ],
            reasons: vec!["mpi-jit: not here".to_owned()],
        },
        convergence: Convergence {
            technique: "rayon-jit".to_owned(),
            points: (2..8).map(point).collect(),
            reason: Some("rayon-jit at M = 10: out of patience".to_owned()),
        },
        convergence_sobol: Convergence {
            technique: "rayon-jit".to_owned(),
            points: (2..8).map(even).collect(),
            reason: None,
        },
        experiments: vec![Experiment {
            name: "sum".to_owned(),
            title: "The sum of 0, 1, …, 999".to_owned(),
            columns: vec![("way".into(), "way".into()), ("sum_seconds".into(), "a sum".into())],
            rows: vec![
                vec!["interpreted".into(), 1.2e-5.into()],
                vec!["native".into(), 4.0e-7.into()],
            ],
            notes: vec!["All give 499500.".to_owned()],
        }],
        reasons: vec!["elementwise: there is <no> device".to_owned()],
    });
    comparison
}

fn all<'p>(html: &'p Html, selector: &str) -> Vec<scraper::ElementRef<'p>> {
    html.select(&Selector::parse(selector).expect("a selector")).collect()
}

#[test]
fn the_page_is_well_formed() {
    let page = page(&full()).expect("a page");
    let html = Html::parse_document(&page);
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    let mut ids: Vec<_> = all(&html, "[id]").iter().filter_map(|e| e.value().id()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id is used twice");
    // Every table has the same number of cells in all its rows.
    let rows_of = Selector::parse("tr").expect("a selector");
    for table in all(&html, "table") {
        let rows = table.select(&rows_of);
        let mut counts: Vec<_> = rows.map(|row| row.child_elements().count()).collect();
        counts.dedup();
        assert_eq!(counts.len(), 1, "{counts:?}");
    }
}

#[test]
fn every_picture_is_an_image_with_words_and_well_formed() {
    let page = page(&full()).expect("a page");
    let mut rest = page.as_str();
    let mut pictures = 0;
    while let Some(start) = rest.find("<svg") {
        let end = rest.find("</svg>").expect("an end") + "</svg>".len();
        let svg = roxmltree::Document::parse(&rest[start..end]).expect("well-formed");
        let root = svg.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        for id in root.attribute("aria-labelledby").expect("words").split(' ') {
            let words = svg.descendants().find(|node| node.attribute("id") == Some(id));
            assert!(words.and_then(|node| node.text()).is_some_and(|text| text.len() > 10), "{id}");
        }
        for node in svg.descendants().filter(roxmltree::Node::is_element) {
            for attribute in node.attributes() {
                assert!(
                    !attribute.value().starts_with('#'),
                    "a colour that no style sheet decides: {attribute:?}"
                );
                assert!(!attribute.value().contains("NaN"), "{attribute:?}");
            }
        }
        pictures += 1;
        rest = &rest[end..];
    }
    assert_eq!(
        pictures, 10,
        "3 of times, throughput, 2 of costs, scaling, funnel, error, experiment"
    );
}

#[test]
fn the_page_asks_nobody_for_anything() {
    let page = page(&full()).expect("a page");
    let html = Html::parse_document(&page);
    let askers = "script, link, iframe, object, embed, base, form, img, image, video, audio, source, use, \
                  [src], [srcset], [href], [data], [poster], [action], [style]";
    assert!(all(&html, askers).is_empty());
    for words in ["http:", "https:", "//", "url(", "@import", "@font-face"] {
        assert!(!page.contains(words), "{words}");
    }
}

#[test]
fn the_page_says_what_the_document_says() {
    let page = page(&full()).expect("a page");
    for part in [
        "&lt;not&gt; there &amp; why",
        "is not ranked: other bits",
        "if(x0 &lt; 1, &quot;a&quot; &amp; 1, 2)",
        "All give 499500.",
        "mpi-jit: not here",
        "elementwise: there is &lt;no&gt; device",
        "out of patience",
        "What an answer costs",
        "Do it again",
        "prefers-color-scheme: dark",
        "@media print",
        "width=device-width",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

/// Of nothing there are no pictures, and no empty frames for them.
#[test]
fn what_was_not_measured_is_left_out() {
    let mut document = full();
    document.page = None;
    document.rows.truncate(1);
    document.rows[0].rank = None;
    let text = page(&document).expect("a page");
    let html = Html::parse_document(&text);
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    assert!(all(&html, "svg, figure").is_empty());
    document.rows.clear();
    assert!(page(&document).is_ok());
}

#[test]
fn the_picture_is_a_file_of_its_own() {
    let file = picture(&full()).expect("drawn").expect("a picture");
    let svg = roxmltree::Document::parse(&file).expect("well-formed");
    assert_eq!(svg.root_element().tag_name().namespace(), Some("http://www.w3.org/2000/svg"));
    assert!(file.contains("prefers-color-scheme: dark"));
}

/// Errors of both kinds of points with the powers of M that they fall with; and of the random ones alone, as in a
/// run that was kept before there were others.
#[test]
fn the_slopes_of_both_kinds_of_points_are_told() {
    let mut comparison = full();
    let text = |comparison: &Comparison| {
        let html = Html::parse_document(&page(comparison).expect("a page"));
        let section = all(&html, "#convergence");
        section.first().expect("the section").text().collect::<String>()
    };
    let both = text(&comparison);
    assert!(both.contains("power of −1.25") && both.contains("power of −0.50"), "{both}");
    assert!(both.contains("M^−1.25") && both.contains("Estimates of Sobol' points"), "{both}");
    comparison.page.as_mut().expect("measured").convergence_sobol = Convergence::default();
    let random = text(&comparison);
    assert!(!random.contains("power of") && !random.contains("Sobol' points are"), "{random}");
}

/// Rows of Sobol' points: they say how many replicates, and no time to an error.
#[test]
fn a_page_of_sobol_points() {
    let mut comparison = full();
    comparison.sampling = Sampling::Sobol;
    for row in &mut comparison.rows {
        (row.sampling, row.replicates) = (Sampling::Sobol, Some(25));
        (row.seconds_to_1e_3, row.seconds_to_1e_4) = (None, None);
    }
    let html = Html::parse_document(&page(&comparison).expect("a page"));
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    let text = html.root_element().text().collect::<String>();
    assert!(text.contains("M = 10,000 Sobol' points, 25 replicates"), "{text}");
    assert!(text.contains("None of these times is told of Sobol' points"), "{text}");
    assert!(!text.contains("Time to a relative error of 10⁻³ and of"), "{text}");
}
