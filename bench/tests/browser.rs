//! The page in headless Chromium: nothing is wider than the window, nothing goes wrong,
//! and nobody is asked for anything.

use std::env;
use std::fs;
use std::process::Command;

use bench::commands::readme;
use bench::output::{page, runs};
use serde::Deserialize;

/// A phone held upright, and a desktop.
const WINDOWS: [(u32, u32); 2] = [(390, 844), (1280, 800)];

/// The preferred scheme by its number in Chromium's settings.
const SCHEMES: [(&str, u32); 2] = [("dark", 0), ("light", 1)];

/// What the page's own window tells. Every request is refused by the page's policy, so
/// none leaves the machine, and each is told.
const LOOK: &str = r#"<meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<script>
  const troubles = [];
  addEventListener("securitypolicyviolation", event => troubles.push("asked for " + event.blockedURI));
  addEventListener("error", event => troubles.push("error: " + event.message), true);
  addEventListener("load", () => setTimeout(() => {
    const seen = document.createElement("pre");
    const letters = [...document.querySelectorAll("text")].map(text => text.getBoundingClientRect());
    const outside = [...document.querySelectorAll("svg")].flatMap(svg => {
      const frame = svg.getBoundingClientRect();
      return [...svg.querySelectorAll("text")].filter(text => {
        const own = text.getBoundingClientRect();
        return own.left < frame.left - 1 || own.right > frame.right + 1
          || own.top < frame.top - 1 || own.bottom > frame.bottom + 1;
      }).map(text => text.textContent.trim());
    });
    seen.id = "seen";
    seen.textContent = JSON.stringify({
      window: innerWidth,
      document: document.documentElement.scrollWidth,
      dark: matchMedia("(prefers-color-scheme: dark)").matches,
      back: getComputedStyle(document.body).backgroundColor,
      smallest: Math.min(...letters.map(letter => letter.height)),
      outside,
      troubles,
    });
    top.document.body.append(seen);
  }, 100));
</script>"#;

/// What was seen.
#[derive(Debug, Deserialize)]
struct Seen {
    window: u32,
    document: u32,
    dark: bool,
    back: String,
    /// The height of the smallest letters in a picture; none without a picture.
    smallest: Option<f64>,
    /// Words that stand out of their picture.
    outside: Vec<String>,
    troubles: Vec<String>,
    /// What the browser wrote to its console.
    #[serde(skip)]
    console: Vec<String>,
}

/// Chromium without a window and without anything that talks to others. Which one is said by
/// `MC_BROWSER`.
fn chromium(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env::var_os("MC_BROWSER").unwrap_or_else(|| "chromium".into()));
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]);
    command.args(["--disable-background-networking", "--disable-component-update"]);
    command.args(["--disable-sync", "--hide-scrollbars", "--enable-logging=stderr"]);
    command.arg(format!("--user-data-dir={}", folder.join("profile").display()));
    command
}

/// Looks at a page through a frame of this size.
fn look(page: &str, (width, height): (u32, u32), scheme: u32) -> Seen {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("page.html");
    let page = page.replacen("<head>", &format!("<head>{LOOK}"), 1);
    let page = page.replace('&', "&amp;").replace('"', "&quot;");
    // No window of Chromium is as narrow as a phone, but a frame may be.
    let frame = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\">\
         <meta name=\"color-scheme\" content=\"light dark\"></head><body>\
         <iframe width=\"{width}\" height=\"{height}\" style=\"border: 0\" srcdoc=\"{page}\">\
         </iframe></body></html>"
    );
    fs::write(&path, frame).expect("written");
    let output = chromium(folder.path())
        .arg(format!("--window-size={},{}", width.max(500) + 50, height + 50))
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .args(["--virtual-time-budget=2000", "--dump-dom"])
        .arg(&path)
        .output()
        .expect("the browser starts");
    let (dom, words) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let json = dom.split_once("<pre id=\"seen\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let (json, _) = json.unwrap_or_else(|| panic!("the page was not looked at: {words}"));
    let json = json.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let mut seen: Seen = serde_json::from_str(&json).expect("what was written");
    seen.console =
        words.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    seen
}

/// The page of the run that the README shows: all techniques, all peers.
fn page() -> String {
    let text = fs::read_to_string(readme::path()).expect("the README");
    let folder = runs::folder().join(readme::named(&text).expect("a run"));
    page::page(&runs::read(&folder).expect("the run")).expect("a page")
}

#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it where there is one"]
fn the_page_fits_phone_and_desktop_in_the_light_and_in_the_dark() {
    let page = page();
    let mut backs = Vec::new();
    for window in WINDOWS {
        for (name, scheme) in SCHEMES {
            let seen = look(&page, window, scheme);
            assert_eq!((seen.window, seen.dark), (window.0, name == "dark"), "{seen:?}");
            assert!(seen.document <= seen.window, "{seen:?}");
            assert!(seen.troubles.is_empty() && seen.console.is_empty(), "{seen:?}");
            assert!(seen.outside.is_empty(), "{seen:?}");
            // Pixels of a line of letters; a letter itself is some 0.7 of that.
            assert!(seen.smallest.is_some_and(|height| height > 11.0), "{seen:?}");
            backs.push(seen.back);
        }
    }
    assert!(backs[0] == backs[2] && backs[1] == backs[3] && backs[0] != backs[1], "{backs:?}");
}

/// What is wrong with a page is seen.
#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it where there is one"]
fn a_bad_page_is_seen() {
    let with = |body: &str| {
        let page = format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>{body}</body></html>"
        );
        look(&page, WINDOWS[0], 1)
    };
    let fine = with("<p>fine</p>");
    assert!(fine.document <= fine.window && fine.troubles.is_empty(), "{fine:?}");
    assert!(fine.console.is_empty() && fine.smallest.is_none(), "{fine:?}");
    let wide = with("<div style=\"width: 500px\">wide</div>");
    assert!(wide.document > wide.window, "{wide:?}");
    let asks = with("<img src=\"http://example.invalid/x.png\">");
    assert!(asks.troubles.iter().any(|trouble| trouble.contains("example.invalid")), "{asks:?}");
    assert!(!asks.console.is_empty(), "{asks:?}");
    let wrong = with("<script>nothing.at.all</script>");
    assert!(wrong.troubles.iter().any(|trouble| trouble.contains("nothing")), "{wrong:?}");
    let cut =
        with("<svg width=\"100\" height=\"50\"><text x=\"70\" y=\"20\">too long</text></svg>");
    assert_eq!(cut.outside, ["too long"], "{cut:?}");
}

/// Paper: a PDF of several pages comes out.
#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it where there is one"]
fn the_page_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let (html, pdf) = (folder.path().join("page.html"), folder.path().join("page.pdf"));
    fs::write(&html, page()).expect("written");
    let output = chromium(folder.path())
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(&html)
        .output()
        .expect("the browser starts");
    let bytes = fs::read(&pdf).unwrap_or_default();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(bytes.starts_with(b"%PDF-"), "{words}");
    let pages = bytes.windows(11).filter(|part| part == b"/Type /Page").count();
    assert!(pages > 3, "{pages} pages: {words}");
}
