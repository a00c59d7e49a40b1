//! The pages about the example packages show their code as it is.

use std::fs;
use std::path::Path;

#[test]
fn custom_converter() {
    assert!(blocks_in_package("custom-converter") >= 8);
}

#[test]
fn custom_plugin() {
    assert!(blocks_in_package("custom-plugin") >= 6);
}

/// How many blocks of a page's code stand in the files of the package that they name; all must.
fn blocks_in_package(name: &str) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = root.join("docs").join(name).with_extension("md");
    let page = fs::read_to_string(page).unwrap();
    let package = root.join("examples").join(name);
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
            "docs/{name}.md shows what is not in {file}:\n{code}"
        );
        blocks += 1;
    }
    blocks
}

/// The line before each fenced block, and the block with its language as first line.
fn code_blocks(page: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = page.split("```");
    std::iter::from_fn(move || {
        let text = parts.next()?;
        Some((text.trim_end().rsplit('\n').next()?, parts.next()?))
    })
}
