//! Lines in columns.

use std::fmt::Write;

use anstyle::Style;

/// One cell: pieces of text, each in its style.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    styled: String,
    width: usize,
}

impl Cell {
    /// A cell with one piece of text.
    #[must_use]
    pub fn new(style: Style, text: impl AsRef<str>) -> Self {
        Self::default().and(style, text)
    }

    /// The cell with one more piece of text.
    #[must_use]
    pub fn and(mut self, style: Style, text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        if text.is_empty() {
            return self;
        }
        self.width += text.chars().count();
        // Writing to a string never fails.
        let _ = write!(self.styled, "{style}{text}{style:#}");
        self
    }
}

/// Lines whose cells stand below each other.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Adds a line.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines. Every column is as wide as its widest cell, and no line ends in spaces.
    #[must_use]
    pub fn render(&self) -> String {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width.max(*width);
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            let filled = row.iter().rposition(|cell| cell.width > 0).map_or(0, |last| last + 1);
            for (at, (cell, width)) in row.iter().zip(&widths).take(filled).enumerate() {
                text.push_str(&cell.styled);
                // A column that is empty in every line takes no room.
                if at + 1 < filled && *width > 0 {
                    text.extend(std::iter::repeat_n(' ', width - cell.width + 2));
                }
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{BAD, PLAIN};

    #[test]
    fn columns_align_and_lines_end_in_no_spaces() {
        let mut table = Table::default();
        table.row([Cell::new(PLAIN, "└─ ✓"), Cell::default(), Cell::new(PLAIN, "x")]);
        table.row([Cell::new(BAD, "a").and(PLAIN, "b"), Cell::default(), Cell::default()]);
        table.row([Cell::new(PLAIN, "long name"), Cell::default(), Cell::new(PLAIN, "y")]);
        let text = anstream::adapter::strip_str(&table.render()).to_string();
        assert_eq!(text, "└─ ✓       x\nab\nlong name  y\n");
    }
}
