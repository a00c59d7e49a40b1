//! The attribute as users see it: what compiles, and what every misuse says. `TRYBUILD=overwrite` renews the messages.

#[test]
fn misuse_is_reported_at_its_token() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/pass/*.rs");
}
