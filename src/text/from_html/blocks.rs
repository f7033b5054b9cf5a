//! Blocks, as a tree of Markdown.

use comrak::{
    Arena, Node as Tree,
    nodes::{
        ListDelimType, ListType, NodeCodeBlock, NodeHeading, NodeHtmlBlock, NodeLink, NodeList, NodeTable,
        NodeValue, TableAlignment,
    },
};
use scraper::{ElementRef, Node};

use super::{
    Attempt, Remark, Source,
    flow::{Chunk, DEEPEST, Piece, chunks, chunks_of},
    inline::Reader,
    raw, remark,
    tokens::{self, Token, one_line},
};

/// Puts blocks into a tree.
pub(super) struct Builder<'a, 's, 'r> {
    pub(super) arena: &'a Arena<'a>,
    pub(super) source: &'s Source<'s>,
    pub(super) attempt: Attempt,
    pub(super) remarks: &'r mut Vec<Remark>,
    pub(super) depth: usize,
}

impl<'a> Builder<'a, '_, '_> {
    pub(super) fn block(&mut self, into: Tree<'a>, chunk: &Chunk<'_>) {
        let element = match chunk {
            Chunk::Run(pieces) => return self.run(into, pieces),
            Chunk::Element(element) if self.depth > DEEPEST => {
                let words: Vec<Piece<'_>> = element.text().map(Piece::Text).collect();
                return self.run(into, &words);
            }
            Chunk::Element(element) => *element,
        };
        match element.value().name() {
            "ul" | "ol" => self.list(into, element),
            "pre" => self.code(into, element),
            "blockquote" => {
                let quote = self.node(NodeValue::BlockQuote);
                self.inside(quote, &chunks(element, self.source));
                if quote.first_child().is_some() {
                    into.append(quote);
                }
            }
            "hr" => into.append(self.node(NodeValue::ThematicBreak)),
            "table" => self.table(into, element),
            "figure" => self.figure(into, element),
            "details" => self.details(into, element),
            "iframe" | "object" | "embed" => self.run(into, &[Piece::Element(element)]),
            name => match name.strip_prefix('h').and_then(|level| level.parse().ok()) {
                Some(level) => self.heading(into, element, level),
                None => self.html(into, raw::block(element, self.source)),
            },
        }
    }

    fn inside(&mut self, into: Tree<'a>, chunks: &[Chunk<'_>]) {
        self.depth += 1;
        for chunk in chunks {
            self.block(into, chunk);
        }
        self.depth -= 1;
    }

    fn node(&self, value: NodeValue) -> Tree<'a> {
        self.arena.alloc(value.into())
    }

    fn tokens(&mut self, pieces: &[Piece<'_>]) -> Vec<Token> {
        Reader::new(self.source, self.attempt.tags, self.remarks).read(pieces)
    }

    fn run(&mut self, into: Tree<'a>, pieces: &[Piece<'_>]) {
        let tokens = self.tokens(pieces);
        for part in tokens::paragraphs(&tokens) {
            let paragraph = self.node(NodeValue::Paragraph);
            tokens::write(self.arena, paragraph, part, true);
            into.append(paragraph);
        }
    }

    fn heading(&mut self, into: Tree<'a>, element: ElementRef<'_>, level: u8) {
        let tokens = self.tokens(&pieces(element));
        if tokens.is_empty() {
            return;
        }
        // `{#name}` at the end would be taken for an id of its own
        let words: String = element.text().collect();
        if words.contains("{#") && words.trim_end().ends_with('}') && self.source.keeps_html {
            return self.html(into, raw::block(element, self.source));
        }
        let heading = self.node(NodeValue::Heading(NodeHeading { level, setext: false, closed: false }));
        tokens::write(self.arena, heading, &tokens, false);
        into.append(heading);
    }

    fn html(&mut self, into: Tree<'a>, html: String) {
        into.append(self.node(NodeValue::HtmlBlock(NodeHtmlBlock { block_type: 6, literal: html })));
    }

    fn code(&mut self, into: Tree<'a>, element: ElementRef<'_>) {
        let plain = ["code", "span", "br", "font", "pre"];
        let marked = element.descendent_elements().any(|inner| !plain.contains(&inner.value().name()));
        if marked {
            let words =
                "emphasis, links and pictures within preformatted text are left out, their words stay";
            remark(self.remarks, Remark::Changed(words.to_owned()));
        }
        let mut literal = code_text(element);
        if literal.trim().is_empty() {
            return;
        }
        literal.truncate(literal.trim_end_matches(['\n', ' ']).len());
        literal.push('\n');
        let block = NodeCodeBlock {
            fenced: true,
            fence_char: b'`',
            fence_length: 3,
            fence_offset: 0,
            info: language(element).unwrap_or_default(),
            literal,
            closed: true,
        };
        into.append(self.node(NodeValue::CodeBlock(Box::new(block))));
    }

    fn list(&mut self, into: Tree<'a>, element: ElementRef<'_>) {
        let ordered = element.value().name() == "ol";
        let start = element.attr("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
        let mut list = NodeList {
            list_type: if ordered { ListType::Ordered } else { ListType::Bullet },
            start: if ordered { start } else { 0 },
            delimiter: ListDelimType::Period,
            bullet_char: b'-',
            tight: !self.attempt.loose,
            ..NodeList::default()
        };
        let items: Vec<Tree<'a>> = self.items(element, &list);
        list.tight &= items.iter().all(|item| is_tight(item));
        if items.is_empty() {
            return;
        }
        let tree = self.node(NodeValue::List(list));
        for item in items {
            tree.append(item);
        }
        into.append(tree);
    }

    /// What stands between items belongs to the one before it.
    fn items(&mut self, list: ElementRef<'_>, shape: &NodeList) -> Vec<Tree<'a>> {
        let mut items: Vec<Tree<'a>> = Vec::new();
        for child in list.children() {
            let of_item = ElementRef::wrap(child).filter(|element| element.value().name() == "li");
            let chunks = match of_item {
                Some(item) => chunks(item, self.source),
                None => chunks_of(std::iter::once(child), self.source),
            };
            if chunks.is_empty() && of_item.is_none() {
                continue;
            }
            let item = match items.last() {
                Some(last) if of_item.is_none() => last,
                _ => {
                    let item = self.node(NodeValue::Item(*shape));
                    items.push(item);
                    item
                }
            };
            self.inside(item, &chunks);
        }
        items.retain(|item| item.first_child().is_some());
        items
    }

    fn figure(&mut self, into: Tree<'a>, figure: ElementRef<'_>) {
        let of = |name: &str| figure.descendent_elements().find(|element| element.value().name() == name);
        let caption = of("figcaption").map(|caption| one_line(&caption.text().collect::<String>()));
        let picture = of("img").map(|picture| self.tokens(&[Piece::Element(picture)]));
        let paragraph = self.node(NodeValue::Paragraph);
        match (picture.as_deref(), caption) {
            (Some([Token::Picture { url, alt, .. }]), Some(caption)) => {
                let link = NodeLink { url: url.clone(), title: caption };
                let image = self.node(NodeValue::Image(Box::new(link)));
                if !alt.is_empty() {
                    image.append(self.node(NodeValue::Text(alt.clone().into())));
                }
                paragraph.append(image);
                into.append(paragraph);
            }
            // the picture cannot be shown: what was said about it stays
            (_, Some(caption)) if !caption.is_empty() => {
                paragraph.append(self.node(NodeValue::Text(caption.into())));
                into.append(paragraph);
            }
            _ => {}
        }
    }

    /// The element as HTML, what is in it as Markdown.
    fn details(&mut self, into: Tree<'a>, details: ElementRef<'_>) {
        let summary = details.child_elements().find(|element| element.value().name() == "summary");
        let title = summary.map(|summary| raw::inner(summary, self.source)).unwrap_or_default();
        let rest =
            details.children().filter(|child| summary.is_none_or(|summary| child.id() != summary.id()));
        let chunks = chunks_of(rest, self.source);
        self.html(into, format!("<details>\n<summary>{title}</summary>\n"));
        self.inside(into, &chunks);
        self.html(into, "</details>\n".to_owned());
    }

    /// A table of Markdown has one row of headings and nothing but lines in its cells.
    fn table(&mut self, into: Tree<'a>, element: ElementRef<'_>) {
        let Some(rows) = plain_rows(element) else {
            let words = "a table that Markdown cannot express stays as HTML";
            remark(self.remarks, Remark::Changed(words.to_owned()));
            return self.html(into, raw::block(element, self.source));
        };
        let columns = rows.first().map_or(0, Vec::len);
        let table = NodeTable {
            alignments: rows[0].iter().map(|cell| alignment(*cell)).collect(),
            num_columns: columns,
            num_rows: rows.len(),
            num_nonempty_cells: columns * rows.len(),
        };
        let table = self.node(NodeValue::Table(Box::new(table)));
        for (at, cells) in rows.iter().enumerate() {
            let row = self.node(NodeValue::TableRow(at == 0));
            for cell in cells {
                let tokens = self.tokens(&pieces(*cell));
                let node = self.node(NodeValue::TableCell);
                tokens::write(self.arena, node, &tokens, false);
                row.append(node);
            }
            table.append(row);
        }
        into.append(table);
    }
}

fn pieces(element: ElementRef<'_>) -> Vec<Piece<'_>> {
    let pieces = element.children().filter_map(|node| match node.value() {
        Node::Text(text) => Some(Piece::Text(text)),
        _ => ElementRef::wrap(node).map(Piece::Element),
    });
    pieces.collect()
}

/// One paragraph, lists below it, nothing else.
fn is_tight(item: &Tree<'_>) -> bool {
    let mut children = item.children();
    let first = children
        .next()
        .is_none_or(|child| matches!(child.data().value, NodeValue::Paragraph | NodeValue::List(_)));
    first && children.all(|child| matches!(child.data().value, NodeValue::List(_)))
}

/// The text of a block of code; a break is a line end.
fn code_text(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in element.descendants() {
        match node.value() {
            Node::Text(part) => text.push_str(part),
            Node::Element(inner) if inner.name() == "br" => text.push('\n'),
            _ => {}
        }
    }
    text
}

/// `class="language-rust"`, as most programs write it.
fn language(pre: ElementRef<'_>) -> Option<String> {
    let language = pre.descendent_elements().find_map(|element| {
        let by_class = element.value().classes().find_map(|class| {
            class.strip_prefix("language-").or(class.strip_prefix("lang-")).map(str::to_owned)
        });
        by_class.or(element.attr("data-lang").or(element.attr("data-language")).map(str::to_owned))
    })?;
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_');
    Some(language.to_lowercase()).filter(|language| !language.is_empty() && language.chars().all(fine))
}

/// The rows of a table that Markdown can say: the first is of headings, all are as long, nothing is joined.
fn plain_rows<'d>(table: ElementRef<'d>) -> Option<Vec<Vec<ElementRef<'d>>>> {
    const IN_CELLS: [&str; 22] = [
        "a", "abbr", "b", "strong", "i", "em", "code", "br", "img", "s", "del", "sub", "sup", "span",
        "small", "mark", "u", "kbd", "q", "time", "font", "ins",
    ];
    let mut rows: Vec<Vec<ElementRef<'d>>> = Vec::new();
    for element in table.descendent_elements().skip(1) {
        match element.value().name() {
            "thead" | "tbody" | "tfoot" | "colgroup" | "col" => {}
            "tr" => rows.push(Vec::new()),
            "td" | "th" => {
                let joined = |name| element.attr(name).is_some_and(|span| span.trim() != "1");
                if joined("colspan") || joined("rowspan") {
                    return None;
                }
                rows.last_mut()?.push(element);
            }
            name if IN_CELLS.contains(&name) => {}
            _ => return None,
        }
    }
    let named = |row: &Vec<ElementRef<'_>>| row.iter().all(|cell| cell.value().name() == "th");
    let in_head = |row: &Vec<ElementRef<'_>>| {
        let head = row.first().and_then(|cell| cell.ancestors().nth(1)).and_then(ElementRef::wrap);
        head.is_some_and(|head| head.value().name() == "thead")
    };
    let first = rows.first().filter(|row| !row.is_empty() && (named(row) || in_head(row)))?;
    let columns = first.len();
    let rest = &rows[1..];
    let even = rest.iter().all(|row| row.len() == columns && !in_head(row));
    let headings_below = rest.iter().flatten().any(|cell| cell.value().name() == "th");
    (even && !headings_below).then_some(rows)
}

fn alignment(cell: ElementRef<'_>) -> TableAlignment {
    let style = cell.attr("style").unwrap_or_default().replace(' ', "");
    let class = cell.attr("class").unwrap_or_default();
    let is = |side: &str| {
        cell.attr("align").is_some_and(|align| align.eq_ignore_ascii_case(side))
            || style.contains(&format!("text-align:{side}"))
            || class.contains(&format!("has-text-align-{side}"))
    };
    match () {
        () if is("center") => TableAlignment::Center,
        () if is("right") => TableAlignment::Right,
        () if is("left") => TableAlignment::Left,
        () => TableAlignment::None,
    }
}
