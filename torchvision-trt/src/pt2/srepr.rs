//! Parser of SymPy's `srepr` notation.

use super::symbol::{SymExpr, SymOp};

/// Expressions nest as deep as the arithmetic of the model; this bound only keeps a hostile file from exhausting the stack.
const MAX_DEPTH: usize = 200;

pub(super) fn parse(text: &str) -> Result<SymExpr, String> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    let expr = parser.expr()?;
    parser.skip_space();
    if parser.at < text.len() {
        return parser.fail("the end");
    }
    Ok(expr)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn fail<T>(&self, expected: &str) -> Result<T, String> {
        Err(format!(
            "expected {expected} at byte {} of `{}`",
            self.at, self.text
        ))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn eat(&mut self, token: char) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len_utf8();
        }
        found
    }

    fn expect(&mut self, token: char) -> Result<(), String> {
        if self.eat(token) {
            Ok(())
        } else {
            self.fail(&format!("`{token}`"))
        }
    }

    fn word(&mut self) -> &'a str {
        self.skip_space();
        self.take_while(|c| c.is_alphanumeric() || c == '_')
    }

    fn string(&mut self) -> Result<&'a str, String> {
        let quote = if self.eat('\'') {
            '\''
        } else if self.eat('"') {
            '"'
        } else {
            return self.fail("a quoted string");
        };
        let content = self.take_while(|c| c != quote);
        self.expect(quote)?;
        Ok(content)
    }

    fn integer(&mut self) -> Result<i64, String> {
        self.skip_space();
        let start = self.at;
        self.eat('-');
        self.take_while(|c| c.is_ascii_digit());
        match self.text[start..self.at].parse() {
            Ok(n) => Ok(n),
            Err(_) => {
                self.at = start;
                self.fail("a 64-bit integer")
            }
        }
    }

    /// `, positive=True, precision=53` and the closing parenthesis: assumptions, which ranges state better.
    fn skip_keywords(&mut self) -> Result<(), String> {
        while self.eat(',') {
            if self.word().is_empty() {
                return self.fail("a keyword");
            }
            self.expect('=')?;
            if self.word().is_empty() {
                return self.fail("a keyword's value");
            }
        }
        self.expect(')')
    }

    fn expr(&mut self) -> Result<SymExpr, String> {
        self.skip_space();
        if self
            .rest()
            .starts_with(|c: char| c.is_ascii_digit() || c == '-')
        {
            return self.integer().map(SymExpr::Int);
        }
        let start = self.at;
        let head = self.word();
        match head {
            "true" | "True" => return Ok(SymExpr::Bool(true)),
            "false" | "False" => return Ok(SymExpr::Bool(false)),
            _ => {}
        }
        if head.is_empty() || !self.eat('(') {
            self.at = start;
            return self.fail("an expression");
        }
        match head {
            "Symbol" => {
                let name = self.string()?.to_owned();
                self.skip_keywords()?;
                Ok(SymExpr::symbol(&name))
            }
            "Integer" => {
                let n = self.integer()?;
                self.expect(')')?;
                Ok(SymExpr::Int(n))
            }
            "Float" => {
                let text = self.string()?;
                let x = text.parse::<f64>().ok().filter(|x| !x.is_nan());
                self.skip_keywords()?;
                x.map(SymExpr::Float)
                    .ok_or_else(|| format!("`{text}` is no number"))
            }
            _ => {
                let Some(op) = SymOp::from_name(head) else {
                    self.at = start;
                    return self.fail("a known function");
                };
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return self.fail("less nesting");
                }
                let args = self.operands()?;
                self.depth -= 1;
                SymExpr::apply(op, args)
            }
        }
    }

    fn operands(&mut self) -> Result<Vec<SymExpr>, String> {
        let mut args = Vec::new();
        if self.eat(')') {
            return Ok(args);
        }
        loop {
            // `evaluate=False` and the like follow the operands.
            let start = self.at;
            let word = self.word();
            if !word.is_empty() && self.eat('=') {
                self.word();
            } else {
                self.at = start;
                args.push(self.expr()?);
            }
            if self.eat(')') {
                return Ok(args);
            }
            self.expect(',')?;
        }
    }
}
