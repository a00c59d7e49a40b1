//! The page about this package shows its code as it is.

use std::fs;
use std::path::Path;

#[test]
fn every_block_of_the_page_stands_in_the_file_it_names() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(package.join("../../docs/custom-converter.md")).unwrap();
    let mut blocks = 0;
    for (before, block) in code_blocks(&page) {
        let Some(file) = before
            .strip_prefix("<!-- ")
            .and_then(|line| line.strip_suffix(" -->"))
        else {
            assert!(
                block.starts_with("text\n"),
                "no file above this block:\n{block}"
            );
            continue;
        };
        let (_, code) = block.split_once('\n').unwrap();
        let source = fs::read_to_string(package.join(file)).unwrap();
        assert!(
            source.contains(code),
            "docs/custom-converter.md shows what is not in {file}:\n{code}"
        );
        blocks += 1;
    }
    assert!(blocks >= 8, "{blocks} blocks");
}

/// The line before each fenced block, and the block with its language as first line.
fn code_blocks(page: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = page.split("```");
    std::iter::from_fn(move || {
        let text = parts.next()?;
        Some((text.trim_end().rsplit('\n').next()?, parts.next()?))
    })
}
