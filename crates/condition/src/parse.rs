//! Tokens to tree, by precedence climbing. The parser recurses once per bracket and per operator that
//! nests, and counts both, so that no source takes it deeper than [`MAX_DEPTH`].

use alloc::{boxed::Box, format, vec, vec::Vec};

use crate::{
    Error, ErrorKind, Function, MAX_DEPTH, MAX_SOURCE_BYTES, Value,
    function::{ADDITION, AND, MULTIPLICATION, OR, RELATION},
    left_out,
    lex::{Lexer, Token, TokenKind},
    nearest::or_nearest,
    tree::{Expr, Fold, Macro, Node, Span},
    value::Shared,
};

#[cfg(test)]
mod tests;

/// Words that are literals or operators wherever they stand.
const KEYWORDS: &[&str] = &["false", "in", "null", "true"];

/// Words that CEL keeps for the languages around it. They may name fields, and nothing else.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// A tree with its height.
type Grown = (Expr, usize);

pub(crate) fn parse(source: &str) -> Result<Expr, Error> {
    if source.len() > MAX_SOURCE_BYTES {
        let at = u32::try_from(MAX_SOURCE_BYTES).unwrap_or(u32::MAX);
        return Err(Error::new(ErrorKind::Limit, at, "a condition has at most 8192 bytes"));
    }
    let mut lexer = Lexer::new(source);
    let token = lexer.next()?;
    let mut parser = Parser { lexer, token, end: 0, depth: 0 };
    let (tree, _) = parser.expression()?;
    match parser.token.kind {
        TokenKind::End => Ok(tree),
        _ => parser.fail("expected an operator, or the end"),
    }
}

struct Parser<'s> {
    lexer: Lexer<'s>,
    /// The token that is read next.
    token: Token<'s>,
    /// Where the last token ended.
    end: u32,
    depth: usize,
}

impl<'s> Parser<'s> {
    fn advance(&mut self) -> Result<Token<'s>, Error> {
        let next = self.lexer.next()?;
        self.end = self.token.end;
        Ok(core::mem::replace(&mut self.token, next))
    }

    fn fail<T>(&self, message: &'static str) -> Result<T, Error> {
        Err(Error::new(ErrorKind::Parse, self.token.start, message))
    }

    /// Whether a sign of one character is read next.
    fn is(&self, sign: u8) -> bool {
        matches!(self.token.kind, TokenKind::Sign(found) if found == sign)
    }

    fn eats(&mut self, sign: u8) -> Result<bool, Error> {
        let found = self.is(sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, sign: u8, message: &'static str) -> Result<(), Error> {
        if self.eats(sign)? { Ok(()) } else { self.fail(message) }
    }

    /// A node over its operands, unless they make it too high.
    fn grow(&self, node: Node, start: u32, at: u32, below: usize) -> Result<Grown, Error> {
        let height = below.saturating_add(1);
        if height > MAX_DEPTH {
            return Err(Error::new(ErrorKind::Limit, at, "operations are nested more than 64 deep"));
        }
        Ok((Expr { node, span: Span { start, end: self.end }, at }, height))
    }

    const fn leaf(&self, value: Value<'static>, start: u32) -> Grown {
        let span = Span { start, end: self.end };
        (Expr { node: Node::Constant(value), span, at: start }, 1)
    }

    fn expression(&mut self) -> Result<Grown, Error> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(Error::new(
                ErrorKind::Limit,
                self.token.start,
                "brackets are nested more than 64 deep",
            ));
        }
        let (condition, height) = self.binary(OR)?;
        let grown = if self.is(b'?') {
            let (start, at) = (condition.span.start, self.advance()?.start);
            let (yes, yes_height) = self.binary(OR)?;
            self.expect(b':', "expected `:` and what holds otherwise")?;
            let (no, no_height) = self.expression()?;
            let arguments = vec![condition, yes, no];
            let node = Node::Call { function: Function::Conditional, arguments };
            self.grow(node, start, at, height.max(yes_height).max(no_height))?
        } else {
            (condition, height)
        };
        self.depth = self.depth.saturating_sub(1);
        Ok(grown)
    }

    /// The binary operator that is read next, with how tightly it binds.
    fn operator(&self) -> Option<(Function, u8)> {
        Some(match self.token.kind {
            TokenKind::Pair(b'|') => (Function::Or, OR),
            TokenKind::Pair(b'&') => (Function::And, AND),
            TokenKind::Pair(b'=') => (Function::Equal, RELATION),
            TokenKind::Pair(b'!') => (Function::NotEqual, RELATION),
            TokenKind::Sign(b'<') => (Function::Less, RELATION),
            TokenKind::Pair(b'<') => (Function::LessEqual, RELATION),
            TokenKind::Sign(b'>') => (Function::Greater, RELATION),
            TokenKind::Pair(b'>') => (Function::GreaterEqual, RELATION),
            TokenKind::Name("in") => (Function::In, RELATION),
            TokenKind::Sign(b'+') => (Function::Add, ADDITION),
            TokenKind::Sign(b'-') => (Function::Subtract, ADDITION),
            TokenKind::Sign(b'*') => (Function::Multiply, MULTIPLICATION),
            TokenKind::Sign(b'/') => (Function::Divide, MULTIPLICATION),
            TokenKind::Sign(b'%') => (Function::Remainder, MULTIPLICATION),
            _ => return None,
        })
    }

    /// Operators that bind at least as tightly as `least`, from the left.
    fn binary(&mut self, least: u8) -> Result<Grown, Error> {
        let (mut left, mut height) = self.unary()?;
        // The operands of a row of `&&` or `||` become the arguments of one node.
        let mut row = None;
        while let Some((function, precedence)) =
            self.operator().filter(|(_, precedence)| *precedence >= least)
        {
            let (start, at) = (left.span.start, self.advance()?.start);
            let (right, right_height) = self.binary(precedence.saturating_add(1))?;
            if row == Some(function)
                && let Node::Call { arguments, .. } = &mut left.node
            {
                arguments.push(right);
                left.span.end = self.end;
                height = height.max(right_height.saturating_add(1));
                if height > MAX_DEPTH {
                    return Err(Error::new(ErrorKind::Limit, at, "operations are nested more than 64 deep"));
                }
                continue;
            }
            let node = Node::Call { function, arguments: vec![left, right] };
            (left, height) = self.grow(node, start, at, height.max(right_height))?;
            row = matches!(function, Function::And | Function::Or).then_some(function);
        }
        Ok((left, height))
    }

    fn unary(&mut self) -> Result<Grown, Error> {
        let (sign, function) = match self.token.kind {
            TokenKind::Sign(b'!') => (b'!', Function::Not),
            TokenKind::Sign(b'-') => (b'-', Function::Negate),
            _ => return self.member(None),
        };
        let mut starts = Vec::new();
        while self.is(sign) {
            starts.push(self.advance()?.start);
        }
        // A minus before a number is a part of it.
        let is_number = matches!(self.token.kind, TokenKind::Int(_) | TokenKind::Double(_));
        let minus = if sign == b'-' && is_number { starts.pop() } else { None };
        let mut grown = self.member(minus)?;
        for start in starts.into_iter().rev() {
            let (operand, height) = grown;
            let node = Node::Call { function, arguments: vec![operand] };
            grown = self.grow(node, start, start, height)?;
        }
        Ok(grown)
    }

    fn member(&mut self, minus: Option<u32>) -> Result<Grown, Error> {
        let (mut operand, mut height) = self.primary(minus)?;
        loop {
            let start = operand.span.start;
            if self.is(b'.') {
                let dot = self.advance()?.start;
                if self.is(b'?') {
                    return left_out::optional(dot);
                }
                let name = self.advance()?;
                let (field, plain) = match name.kind {
                    TokenKind::Name(word) if !KEYWORDS.contains(&word) => (word, true),
                    TokenKind::Quoted(word) => (word, false),
                    _ => {
                        return Err(Error::new(ErrorKind::Parse, name.start, "expected the name of a field"));
                    }
                };
                if plain && self.is(b'(') {
                    (operand, height) = self.method(operand, height, field, name.start)?;
                    continue;
                }
                let node = Node::Select { operand: Box::new(operand), field: field.into() };
                (operand, height) = self.grow(node, start, name.start, height)?;
            } else if self.is(b'[') {
                let at = self.advance()?.start;
                if self.is(b'?') {
                    return left_out::optional(at);
                }
                let (index, index_height) = self.expression()?;
                self.expect(b']', "expected `]`")?;
                let node = Node::Call { function: Function::Index, arguments: vec![operand, index] };
                (operand, height) = self.grow(node, start, at, height.max(index_height))?;
            } else if self.is(b'{') && is_name(&operand) {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    self.token.start,
                    "messages are left out: a condition makes lists and maps",
                ));
            } else {
                return Ok((operand, height));
            }
        }
    }

    fn primary(&mut self, minus: Option<u32>) -> Result<Grown, Error> {
        let token = self.advance()?;
        let start = minus.unwrap_or(token.start);
        let wrong = |message| Err(Error::new(ErrorKind::Parse, start, message));
        let value = match token.kind {
            TokenKind::Int(magnitude) => {
                let value = match minus {
                    Some(_) => 0_i64.checked_sub_unsigned(magnitude),
                    None => i64::try_from(magnitude).ok(),
                };
                match value {
                    Some(value) => Value::Int(value),
                    None => return wrong("this integer is out of range"),
                }
            }
            TokenKind::Uint(value) => Value::Uint(value),
            TokenKind::Double(value) => Value::Double(if minus.is_some() { -value } else { value }),
            TokenKind::String(text) => Value::String(Shared::Owned(text.into())),
            TokenKind::Bytes(bytes) => Value::Bytes(Shared::Owned(bytes.into())),
            TokenKind::Name("null") => Value::Null,
            TokenKind::Name("true") => Value::Bool(true),
            TokenKind::Name("false") => Value::Bool(false),
            TokenKind::Name(word) => return self.name(word, start, false),
            TokenKind::Sign(b'.') => {
                let name = self.advance()?;
                return match name.kind {
                    TokenKind::Name(word) => self.name(word, start, true),
                    _ => Err(Error::new(ErrorKind::Parse, name.start, "expected a name")),
                };
            }
            TokenKind::Sign(b'(') => {
                let (mut inner, height) = self.expression()?;
                self.expect(b')', "expected `)`")?;
                inner.span = Span { start, end: self.end };
                return Ok((inner, height));
            }
            TokenKind::Sign(b'[') => {
                let (elements, height) = self.list(b']')?;
                return self.grow(Node::List(elements), start, start, height);
            }
            TokenKind::Sign(b'{') => return self.map(start),
            _ => return wrong("expected a value, a name or an opening bracket"),
        };
        Ok(self.leaf(value, start))
    }

    /// A name, or a call of a function by its name.
    fn name(&mut self, word: &str, start: u32, rooted: bool) -> Result<Grown, Error> {
        if RESERVED.contains(&word) || KEYWORDS.contains(&word) {
            return Err(Error::new(ErrorKind::Parse, start, format!("`{word}` is a reserved word")));
        }
        if !self.eats(b'(')? {
            let name = if rooted { format!(".{word}").into() } else { word.into() };
            return self.grow(Node::Name(name), start, start, 0);
        }
        let (mut arguments, height) = self.list(b')')?;
        if word == "has" && !rooted {
            let argument = arguments.pop().filter(|_| arguments.is_empty());
            return match argument.map(|argument| (argument.node, argument.at)) {
                Some((Node::Select { operand, field }, at)) => {
                    self.grow(Node::Has { operand, field }, start, at, height)
                }
                _ => Err(Error::new(ErrorKind::Parse, start, "`has` takes one field: `has(a.b)`")),
            };
        }
        match Function::named(word, false) {
            Some(function) => self.grow(Node::Call { function, arguments }, start, start, height),
            None => unknown_function(word, start, false),
        }
    }

    /// A method or a macro; its name is read already.
    fn method(&mut self, operand: Expr, below: usize, name: &str, at: u32) -> Result<Grown, Error> {
        let start = operand.span.start;
        self.advance()?;
        let (mut arguments, height) = self.list(b')')?;
        let height = height.max(below);
        if let Some(macro_) = Macro::named(name) {
            let most = if macro_ == Macro::Map { 3 } else { 2 };
            if (2..=most).contains(&arguments.len()) {
                let body = arguments.pop();
                let filter = if arguments.len() == 2 { arguments.pop() } else { None };
                let (Some(body), Some(variable)) = (body, arguments.pop()) else {
                    return self.fail("a macro takes a variable and what is asked of it");
                };
                let variable = match variable.node {
                    Node::Name(name) if !name.starts_with('.') => name,
                    _ => {
                        let message = "the first argument of a macro is the name of its variable";
                        return Err(Error::new(ErrorKind::Parse, variable.span.start, message));
                    }
                };
                let fold = Fold { macro_, range: operand, variable, filter, body };
                return self.grow(Node::Fold(Box::new(fold)), start, at, height);
            }
        }
        if let Some(error) = left_out::method(&operand, name, at) {
            return Err(error);
        }
        match Function::named(name, true) {
            Some(function) => {
                arguments.insert(0, operand);
                self.grow(Node::Call { function, arguments }, start, at, height)
            }
            None => unknown_function(name, at, true),
        }
    }

    /// Expressions up to the closing bracket, the opening one is read already.
    fn list(&mut self, close: u8) -> Result<(Vec<Expr>, usize), Error> {
        let (mut elements, mut height) = (Vec::new(), 0_usize);
        while !self.eats(close)? {
            if self.is(b'?') {
                return left_out::optional(self.token.start);
            }
            let (element, element_height) = self.expression()?;
            height = height.max(element_height);
            elements.push(element);
            self.separator(close)?;
        }
        Ok((elements, height))
    }

    fn map(&mut self, start: u32) -> Result<Grown, Error> {
        let (mut entries, mut height) = (Vec::new(), 0_usize);
        while !self.eats(b'}')? {
            if self.is(b'?') {
                return left_out::optional(self.token.start);
            }
            let (key, key_height) = self.expression()?;
            self.expect(b':', "expected `:` and a value")?;
            let (value, value_height) = self.expression()?;
            height = height.max(key_height).max(value_height);
            entries.push((key, value));
            self.separator(b'}')?;
        }
        self.grow(Node::Map(entries), start, start, height)
    }

    /// A comma, or the closing bracket, which is left there. Lists and maps may end with a comma.
    fn separator(&mut self, close: u8) -> Result<(), Error> {
        if self.is(close) {
            return Ok(());
        }
        self.expect(b',', "expected `,` or the closing bracket")?;
        if close == b')' && self.is(close) {
            return self.fail("expected an argument");
        }
        Ok(())
    }
}

fn is_name(expr: &Expr) -> bool {
    matches!(expr.node, Node::Name(_) | Node::Select { .. })
}

fn unknown_function<T>(name: &str, at: u32, receiver: bool) -> Result<T, Error> {
    if let Some(error) = left_out::function(name, at) {
        return Err(error);
    }
    let known = Function::names(receiver);
    let macros = if receiver { &["all", "exists", "exists_one", "filter", "map"][..] } else { &["has"][..] };
    let kind = if receiver { "method" } else { "function" };
    let message =
        or_nearest(format!("there is no {kind} `{name}`"), name, known.chain(macros.iter().copied()));
    Err(Error::new(ErrorKind::Check, at, message))
}
