//! The parser: it reads on after a problem, at the next template.

use alloc::{string::String, vec::Vec};

use super::{
    FILTERS, FORBIDDEN_ROOTS, FORBIDDEN_STEPS, Output, Problem, Template,
    lex::{Lexer, Token},
};
use crate::workflow::names;

type Read<T> = Result<T, Problem>;

/// How deep parentheses may be.
const MAX_DEPTH: usize = 16;

/// What is open: a condition, or a loop with its names and what it runs over.
enum Block {
    If,
    For { names: Vec<String>, over: Vec<String> },
}

pub(super) fn template(text: &str, template: &mut Template) {
    let mut parser = Parser { lexer: Lexer { rest: text }, blocks: Vec::new(), depth: 0, template };
    while let Some(at) = parser
        .lexer
        .rest
        .find("{{")
        .into_iter()
        .chain(parser.lexer.rest.find("{%"))
        .chain(parser.lexer.rest.find("{#"))
        .min()
    {
        let (open, rest) = (parser.lexer.rest.get(at..).unwrap_or_default(), at.saturating_add(2));
        parser.lexer.rest = parser.lexer.rest.get(rest..).unwrap_or_default();
        let outcome = if open.starts_with("{#") {
            parser.comment()
        } else if open.starts_with("{{") {
            parser.output()
        } else {
            parser.statement()
        };
        if let Err(problem) = outcome {
            parser.template.problems.push(problem);
            parser.recover(if open.starts_with("{{") { "}}" } else { "%}" });
        }
    }
    if !parser.blocks.is_empty() {
        parser.template.problems.push(Problem::Malformed("a block does not end"));
    }
}

pub(super) fn value(text: &str, template: &mut Template) {
    let mut parser = Parser { lexer: Lexer { rest: text }, blocks: Vec::new(), depth: 0, template };
    let outcome = parser.value().and_then(|value| match parser.lexer.next() {
        Token::End => Ok(value),
        _ => Err(Problem::Expression("more than a variable and its filters")),
    });
    match outcome {
        Ok(value) => template.outputs.push(value),
        Err(problem) => template.problems.push(problem),
    }
}

struct Parser<'a, 't> {
    lexer: Lexer<'a>,
    blocks: Vec<Block>,
    depth: usize,
    template: &'t mut Template,
}

impl Parser<'_, '_> {
    /// Goes on behind the template that could not be read.
    fn recover(&mut self, close: &str) {
        if let Some((_, after)) = self.lexer.rest.split_once(close) {
            self.lexer.rest = after;
        }
    }

    fn comment(&mut self) -> Read<()> {
        match self.lexer.rest.split_once("#}") {
            Some((_, after)) => self.lexer.rest = after,
            None => {
                self.lexer.rest = "";
                return Err(Problem::Malformed("a comment does not end"));
            }
        }
        Ok(())
    }

    fn output(&mut self) -> Read<()> {
        self.trim_mark();
        let value = self.value()?;
        self.close("}}")?;
        self.template.outputs.push(value);
        Ok(())
    }

    fn trim_mark(&mut self) {
        if let Some(rest) = self.lexer.rest.strip_prefix(['-', '+']) {
            self.lexer.rest = rest;
        }
    }

    fn close(&mut self, close: &str) -> Read<()> {
        let before = self.lexer;
        match self.lexer.next() {
            Token::Close(found) if found.ends_with(close) => Ok(()),
            Token::End => Err(Problem::Malformed("a template does not end")),
            _ => {
                self.lexer = before;
                Err(Problem::Expression("more than a variable and its filters"))
            }
        }
    }

    fn statement(&mut self) -> Read<()> {
        self.trim_mark();
        let Token::Name(word) = self.lexer.next() else {
            return Err(Problem::Malformed("a statement has no name"));
        };
        match word {
            "if" => {
                self.blocks.push(Block::If);
                self.test()?;
            }
            "elif" if self.is_open(true) => self.test()?,
            // A loop may have an `else` too.
            "else" if !self.blocks.is_empty() => {}
            "endif" if self.is_open(true) => drop(self.blocks.pop()),
            "endfor" if self.is_open(false) => drop(self.blocks.pop()),
            "for" => self.for_loop()?,
            "elif" | "else" | "endif" | "endfor" => {
                return Err(Problem::Malformed("the end of a block that is not open"));
            }
            _ => return Err(Problem::Expression("a statement other than `if` and `for`")),
        }
        self.close("%}")
    }

    fn is_open(&self, condition: bool) -> bool {
        self.blocks.last().is_some_and(|block| matches!(block, Block::If) == condition)
    }

    fn for_loop(&mut self) -> Read<()> {
        let mut names = Vec::new();
        let over = loop {
            let Token::Name(name) = self.lexer.next() else {
                break Err(Problem::Expression("a loop without a name"));
            };
            names.push(name.into());
            match self.lexer.next() {
                Token::Mark(",") if names.len() < 2 => {}
                Token::Name("in") => break self.value(),
                _ => break Err(Problem::Expression("a loop over more than a variable")),
            }
        };
        // Open even if it could not be read, so that its end is not a second problem.
        let path = over.as_ref().map(|value| value.path.clone()).unwrap_or_default();
        self.blocks.push(Block::For { names, over: path });
        over.map(drop)
    }

    fn test(&mut self) -> Read<()> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(Problem::Expression("parentheses nested too deeply"));
        }
        loop {
            while self.lexer.peek() == Token::Name("not") {
                self.lexer.next();
            }
            self.operand()?;
            let mut ahead = self.lexer;
            match ahead.next() {
                Token::Name("and" | "or" | "in" | "not")
                | Token::Mark("==" | "!=" | "<" | ">" | "<=" | ">=") => {
                    self.lexer = ahead;
                }
                _ => break,
            }
            if self.lexer.peek() == Token::Name("in") {
                self.lexer.next();
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn operand(&mut self) -> Read<()> {
        match self.lexer.peek() {
            Token::Mark("(") => {
                self.lexer.next();
                self.test()?;
                match self.lexer.next() {
                    Token::Mark(")") => Ok(()),
                    _ => Err(Problem::Expression("more than a test of variables")),
                }
            }
            Token::Text(_) | Token::Number(_) | Token::Mark("-") => self.literal(),
            Token::Name("true" | "false" | "none" | "True" | "False" | "None") => self.literal(),
            _ => self.value().map(drop),
        }
    }

    fn literal(&mut self) -> Read<()> {
        match self.lexer.next() {
            Token::Text(_) | Token::Number(_) => Ok(()),
            Token::Name("true" | "false" | "none" | "True" | "False" | "None") => Ok(()),
            Token::Mark("-") if matches!(self.lexer.peek(), Token::Number(_)) => {
                self.lexer.next();
                Ok(())
            }
            _ => Err(Problem::Expression("an argument that is not a literal")),
        }
    }

    fn value(&mut self) -> Read<Output> {
        let path = self.path()?;
        let mut filters = Vec::new();
        while self.lexer.peek() == Token::Mark("|") {
            self.lexer.next();
            let Token::Name(filter) = self.lexer.next() else {
                return Err(Problem::Malformed("a filter has no name"));
            };
            // An unknown one is said, and the rest is read all the same.
            if !FILTERS.contains(&filter) {
                self.template.problems.push(Problem::Filter(filter.into()));
            }
            filters.push(filter.into());
            if self.lexer.peek() == Token::Mark("(") {
                self.arguments()?;
            }
        }
        Ok(Output { path, filters })
    }

    fn arguments(&mut self) -> Read<()> {
        self.lexer.next();
        while self.lexer.peek() != Token::Mark(")") {
            let mut named = self.lexer;
            if matches!(named.next(), Token::Name(_)) && named.next() == Token::Mark("=") {
                self.lexer = named;
            }
            self.literal()?;
            match self.lexer.peek() {
                Token::Mark(",") => drop(self.lexer.next()),
                Token::Mark(")") => {}
                _ => return Err(Problem::Expression("an argument that is not a literal")),
            }
        }
        self.lexer.next();
        Ok(())
    }

    fn path(&mut self) -> Read<Vec<String>> {
        let root = match self.lexer.next() {
            Token::Name(name) => name,
            Token::End => return Err(Problem::Malformed("a template does not end")),
            Token::Close(_) => return Err(Problem::Malformed("a template is empty")),
            _ => return Err(Problem::Expression("something else than a variable")),
        };
        if names::one_of(root, FORBIDDEN_ROOTS) {
            return Err(Problem::Name(root.into()));
        }
        let mut path = self.resolved(allowed(root)?);
        loop {
            match self.lexer.peek() {
                Token::Mark(".") => {
                    self.lexer.next();
                    match self.lexer.next() {
                        // In Node, the environment.
                        Token::Name("env") if root == "process" => return Err(Problem::Name("env".into())),
                        Token::Name(name) => path.push(allowed(name)?.into()),
                        Token::Number(_) => {}
                        _ => return Err(Problem::Malformed("a name is missing after a dot")),
                    }
                }
                Token::Mark("[") => {
                    self.lexer.next();
                    match self.lexer.next() {
                        Token::Number(_) => {}
                        Token::Text(name) if is_name(name) => path.push(allowed(name)?.into()),
                        _ => return Err(Problem::Expression("an index that is not a number or a name")),
                    }
                    if self.lexer.next() != Token::Mark("]") {
                        return Err(Problem::Expression("an index that is not a number or a name"));
                    }
                }
                Token::Mark("(") => return Err(Problem::Expression("a call")),
                _ => return Ok(path),
            }
        }
    }

    /// The path that a root stands for: that of the innermost loop which has given it its name.
    fn resolved(&self, root: &str) -> Vec<String> {
        for block in self.blocks.iter().rev() {
            if let Block::For { names, over } = block
                && names.iter().any(|name| name == root)
            {
                return over.clone();
            }
        }
        alloc::vec![root.into()]
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char == '_' || char == '-' || char.is_alphanumeric())
}

/// A name, unless it leads into the engine.
fn allowed(name: &str) -> Read<&str> {
    if name.starts_with('_') || name.contains("__") || names::one_of(name, FORBIDDEN_STEPS) {
        return Err(Problem::Name(name.into()));
    }
    Ok(name)
}
