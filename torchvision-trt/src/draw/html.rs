//! Views as one page for a browser.

use super::View;

/// The page, whose data and title are put in here. Its script draws; nothing in it refers to anything outside.
const PAGE: &str = include_str!("page.html");

/// A self-contained page that shows the views.
///
/// # Errors
/// None in practice: views can always be written as JSON.
pub fn html(title: &str, views: &[View]) -> serde_json::Result<String> {
    // Within a script element only `<` can end it, and JSON allows to write it as a number.
    let data = serde_json::to_string(views)?.replace('<', "\\u003c");
    let (head, rest) = PAGE.split_once("{{title}}").unwrap_or((PAGE, ""));
    let (middle, tail) = rest.split_once("{{views}}").unwrap_or((rest, ""));
    Ok([head, &escaped(title), middle, &data, tail].concat())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::draw::Node;

    #[test]
    fn the_page_is_whole_and_refers_to_nothing_outside() {
        let page = html("m", &[]).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
        assert!(page.contains("<title>m</title>"));
        assert!(!page.contains("{{"));
        for outside in ["http:", "https:", " src=", "@import", "url("] {
            let known = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!known.contains(outside), "{outside}");
        }
        assert!(page.contains("default-src 'none'"));
        // Text of the model reaches the page as text only.
        for dangerous in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ] {
            assert!(!page.contains(dangerous), "{dangerous}");
        }
    }

    #[test]
    fn names_cannot_break_out_of_the_script_or_the_title() {
        let evil = "</script><script>alert(1)</script><!--";
        let view = View {
            name: "graph".into(),
            note: String::new(),
            classes: BTreeMap::new(),
            nodes: vec![Node {
                name: evil.into(),
                ..Node::default()
            }],
        };
        let page = html(evil, &[view]).unwrap();
        assert_eq!(
            page.matches("</script>").count(),
            PAGE.matches("</script>").count()
        );
        assert!(!page.contains("<!--"));
        assert!(page.contains("\\u003c/script>"));
    }
}
