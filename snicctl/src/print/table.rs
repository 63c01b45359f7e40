use std::io::{self, Write};

use super::{Paint, Style};

/// To which side a column leans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// One field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A field; nothing is shown as `-`.
    pub(crate) fn new(text: impl ToString) -> Self {
        let text = text.to_string();
        Self { text: if text.is_empty() { "-".to_owned() } else { text }, style: Style::Plain }
    }

    /// A field that may be unknown.
    pub(crate) fn option(value: Option<impl ToString>) -> Self {
        Self::new(value.map_or_else(String::new, |value| value.to_string()))
    }

    /// The field in a style.
    pub(crate) fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

/// Rows under headings, in aligned columns.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(columns: &[(&'static str, Align)]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row with a cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// Writes headings and rows, without blanks at the ends of lines.
    pub(crate) fn print(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        let mut widths: Vec<usize> = self.columns.iter().map(|(name, _)| name.chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.text.chars().count().max(*width);
            }
        }
        let head = self.columns.iter().map(|(name, _)| (*name, Style::Bold));
        self.line(out, paint, &widths, head)?;
        for row in &self.rows {
            self.line(out, paint, &widths, row.iter().map(|cell| (cell.text.as_str(), cell.style)))?;
        }
        Ok(())
    }

    fn line<'a>(
        &self,
        out: &mut dyn Write,
        paint: Paint,
        widths: &[usize],
        cells: impl Iterator<Item = (&'a str, Style)>,
    ) -> io::Result<()> {
        let mut pending = 0;
        for (at, ((text, style), (width, (_, align)))) in
            cells.zip(widths.iter().zip(&self.columns)).enumerate()
        {
            let gap = width - text.chars().count().min(*width);
            let (before, after) = if *align == Align::Right { (gap, 0) } else { (0, gap) };
            let space = pending + before + if at > 0 { 2 } else { 0 };
            write!(out, "{:space$}{}", "", paint.apply(style, text))?;
            pending = after;
        }
        writeln!(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_end_without_blanks() {
        let mut table = Table::new(&[("NAME", Align::Left), ("MTU", Align::Right), ("MAC", Align::Left)]);
        table.row(vec![Cell::new("p0"), Cell::new(1500), Cell::option(None::<&str>)]);
        table.row(vec![Cell::new("pf0vf10"), Cell::new(9), Cell::new("02:…").style(Style::Green)]);
        let print = |paint| {
            let mut out = Vec::new();
            table.print(&mut out, paint).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(print(Paint(false)), "NAME      MTU  MAC\np0       1500  -\npf0vf10     9  02:…\n");
        let bare: String = print(Paint(true)).replace("\x1b[1m", "").replace("\x1b[0m", "");
        assert_eq!(bare.replace("\x1b[32m", ""), print(Paint(false)));
    }
}
