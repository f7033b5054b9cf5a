//! The form that begins an import.

use serde::Deserialize;
use url::Url;

use crate::{
    form::Errors,
    imports::Program,
    text::{single_line, truncate},
};

/// What was chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImportForm {
    pub(super) program: String,
    pub(super) dry_run: String,
    pub(super) fetch_media: String,
    pub(super) site: String,
    pub(super) author: String,
}

/// An import that can be tried.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) program: Program,
    pub(super) dry_run: bool,
    pub(super) fetch_media: bool,
    /// Empty: the file says it.
    pub(super) site: String,
    /// Empty: nobody in particular.
    pub(super) author: String,
}

impl ImportForm {
    /// The form as it is first shown: trying comes before doing.
    pub(super) fn blank() -> Self {
        Self { program: "wordpress".to_owned(), dry_run: "yes".to_owned(), ..Self::default() }
    }

    pub(super) fn has_program(&self, program: &Program) -> bool {
        self.program == program.as_str()
    }

    /// `file`: what the sent file is called.
    pub(super) fn parse(&self, file: Option<&str>) -> Result<Wanted, Errors> {
        let mut errors = Errors::default();
        let program = Program::parse(&self.program).filter(|program| Program::FILES.contains(program));
        errors.require(program.is_some(), "program", "Please choose what wrote the file.");
        let lower = file.unwrap_or_default().to_lowercase();
        let sentence = match file {
            None => "Please choose the file.",
            Some(_) if matches!(lower.rsplit('.').next(), Some("zip" | "gz")) => {
                "This file is packed. Please unpack it first, and send what is in it."
            }
            Some(_) => "",
        };
        errors.require(sentence.is_empty(), "file", sentence);
        let site = self.site.trim();
        let is_site =
            Url::parse(site).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        errors.require(
            site.is_empty() || is_site,
            "site",
            "This is not the address of a blog. Please write it like https://blog.example.org.",
        );
        let author = single_line(&self.author);
        errors.require(author.chars().count() <= 100, "author", "A name holds at most 100 characters.");
        errors.or(Wanted {
            program: program.unwrap_or(Program::WordPress),
            dry_run: !self.dry_run.is_empty(),
            fetch_media: !self.fetch_media.is_empty(),
            site: site.to_owned(),
            author,
        })
    }
}

/// What a file is called, for the list.
pub(super) fn shown_name(name: &str) -> String {
    truncate(&single_line(name), 200)
}

/// The buttons of a run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RunForm {
    pub(super) action: String,
}
