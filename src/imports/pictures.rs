//! The pictures of another blog: in a folder, or still there.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use anyhow::Context;
use bytes::Bytes;
use url::Url;

use super::{
    known::Known,
    model::{Export, SourcePicture},
    options::Options,
    queries,
};
use crate::{
    fetch::{Accept, FetchError, FetchOptions, Fetcher},
    media::{self, Stored},
    state::AppState,
};

/// A blog of five hundred pictures takes some minutes.
const PER_MINUTE: usize = 240;

/// A host that has not answered so often is not asked again in this run.
const PATIENCE: usize = 3;

/// Where pictures are looked for.
pub(super) struct Pictures<'a> {
    app: &'a AppState,
    source: &'a str,
    site: Option<Url>,
    folder: Option<PathBuf>,
    fetcher: Option<Fetcher>,
    dry_run: bool,
    /// Addresses of the files of the source's library.
    library: HashSet<&'a str>,
    known: HashMap<String, Option<Stored>>,
    /// Why those that were looked for are not here.
    away: HashMap<String, String>,
    /// How often a host has not answered, one time after the other.
    silent: HashMap<String, usize>,
    /// Those that this run took, by where they were.
    pub(super) taken: HashSet<String>,
}

/// What came of looking for a picture.
#[derive(Debug, Clone)]
pub(super) enum Found {
    Here(Stored),
    /// It would be, if this were no dry run.
    Would,
    Away(String),
}

impl<'a> Pictures<'a> {
    pub(super) fn new(
        app: &'a AppState,
        options: &Options,
        export: &'a Export,
        known: &mut Known,
    ) -> anyhow::Result<Self> {
        let fetch = FetchOptions { per_minute: PER_MINUTE, ..FetchOptions::of(&app.config) };
        Ok(Self {
            app,
            source: &export.source,
            site: options.site.clone().or_else(|| export.site.clone()),
            folder: options
                .media
                .as_ref()
                .map(std::fs::canonicalize)
                .transpose()
                .context("the folder of pictures")?,
            fetcher: options.fetch_media.then(|| Fetcher::new(fetch)).transpose()?,
            dry_run: options.dry_run,
            library: export.files.iter().map(|file| file.address.as_str()).collect(),
            known: std::mem::take(&mut known.media),
            away: HashMap::new(),
            silent: HashMap::new(),
            taken: HashSet::new(),
        })
    }

    /// Where the old blog is.
    pub(super) fn site(&self) -> Option<&Url> {
        self.site.as_ref()
    }

    /// An earlier run has brought it.
    pub(super) fn is_here(&self, reference: &str) -> bool {
        let url = self.absolute(reference);
        url.is_some_and(|url| matches!(self.known.get(&self.original(&url)), Some(Some(_))))
    }

    /// A picture that a text refers to by its address; `None` when it never belonged to the blog.
    pub(super) async fn find(&mut self, reference: &str) -> anyhow::Result<Option<Found>> {
        let Some(url) = self.absolute(reference) else { return Ok(None) };
        if !self.belongs(&url) {
            return Ok(None);
        }
        let address = self.original(&url);
        if let Some(known) = self.known.get(&address) {
            return Ok(Some(match known {
                Some(stored) => Found::Here(stored.clone()),
                None => Found::Away("it was deleted here, and stays away".to_owned()),
            }));
        }
        if let Some(reason) = self.away.get(&address) {
            return Ok(Some(Found::Away(reason.clone())));
        }
        let found = self.look_for(&address, &url).await?;
        match &found {
            Found::Here(stored) => {
                queries::remember_media(&self.app.db, (self.source, &address), stored.id).await?;
                self.known.insert(address, Some(stored.clone()));
            }
            Found::Away(reason) => {
                self.away.insert(address, reason.clone());
            }
            Found::Would => {}
        }
        Ok(Some(found))
    }

    /// A picture beside a text.
    pub(super) async fn beside(&mut self, picture: &SourcePicture) -> anyhow::Result<Found> {
        let name = picture.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if self.dry_run {
            self.taken.insert(picture.file.display().to_string());
            return Ok(Found::Would);
        }
        let bytes = tokio::fs::read(&picture.file).await.context("reading a picture")?;
        self.keep(bytes.into(), &name).await
    }

    async fn look_for(&mut self, address: &str, url: &Url) -> anyhow::Result<Found> {
        let places = [address, url.as_str()];
        let file =
            self.folder.as_ref().and_then(|folder| places.iter().find_map(|place| in_folder(folder, place)));
        let name = address.rsplit('/').next().unwrap_or(address).to_owned();
        if let Some(file) = file {
            if self.dry_run {
                self.taken.insert(address.to_owned());
                return Ok(Found::Would);
            }
            let bytes = tokio::fs::read(&file).await.context("reading a picture")?;
            return self.keep(bytes.into(), &name).await;
        }
        let Some(fetcher) = self.fetcher.clone() else {
            let reason =
                if self.folder.is_some() { "it is not in the folder" } else { "it lies on the old blog" };
            return Ok(Found::Away(reason.to_owned()));
        };
        if self.dry_run {
            self.taken.insert(address.to_owned());
            return Ok(Found::Would);
        }
        let mut reason = String::new();
        for place in places {
            let Ok(url) = Url::parse(place) else { continue };
            let host = url.host_str().unwrap_or_default().to_owned();
            if self.silent.get(&host).is_some_and(|times| *times >= PATIENCE) {
                return Ok(Found::Away("the old blog does not answer".to_owned()));
            }
            match fetch(&fetcher, &url, self.app.config.bounds.upload_bytes).await {
                Ok(bytes) => {
                    self.silent.remove(&host);
                    return self.keep(bytes, &name).await;
                }
                Err(error) => {
                    let answered = matches!(
                        error,
                        FetchError::Status(_) | FetchError::ContentType | FetchError::TooLarge
                    );
                    let times = self.silent.entry(host).or_default();
                    *times = if answered { 0 } else { *times + 1 };
                    reason = error.to_string();
                }
            }
            if address == url.as_str() && places[0] == places[1] {
                break;
            }
        }
        Ok(Found::Away(reason))
    }

    async fn keep(&mut self, bytes: Bytes, name: &str) -> anyhow::Result<Found> {
        Ok(match media::store(self.app, bytes.into(), name, None).await? {
            Ok(stored) => {
                self.taken.insert(stored.file_key.clone());
                Found::Here(stored)
            }
            Err(refusal) => Found::Away(refusal.to_string()),
        })
    }

    fn absolute(&self, reference: &str) -> Option<Url> {
        let reference = reference.trim();
        match Url::parse(reference) {
            Ok(url) => Some(url).filter(|url| matches!(url.scheme(), "http" | "https")),
            Err(_) => self.site.as_ref()?.join(reference).ok(),
        }
    }

    /// Files of the library, and what lies on the blog's own host or where its program keeps files.
    fn belongs(&self, url: &Url) -> bool {
        let own = self
            .site
            .as_ref()
            .and_then(Url::host_str)
            .is_some_and(|own| url.host_str().is_some_and(|host| bare(host) == bare(own)));
        let is_file = url.path().rsplit('/').next().is_some_and(|name| name.contains('.'));
        self.library.contains(url.as_str())
            || (is_file && (own || url.path().contains("/wp-content/uploads/")))
            || self.library.contains(without_size(url).as_str())
    }

    /// The address of the picture in its full size: WordPress adds `-300x200`, Ghost `/size/w300`.
    fn original(&self, url: &Url) -> String {
        let mut url = url.clone();
        url.set_query(None);
        url.set_fragment(None);
        let larger = without_size(&url);
        let known = self.library.contains(larger.as_str());
        let in_folder = || self.folder.as_ref().is_some_and(|folder| in_folder(folder, &larger).is_some());
        let is_copy = larger.contains("/content/images/") || known || in_folder();
        if is_copy && !self.library.contains(url.as_str()) { larger } else { url.to_string() }
    }
}

async fn fetch(fetcher: &Fetcher, url: &Url, max_bytes: usize) -> Result<Bytes, FetchError> {
    loop {
        match fetcher.get(url, Accept { max_bytes, types: &["image/", "application/octet-stream"] }).await {
            Ok(fetched) => return Ok(fetched.bytes),
            Err(FetchError::TooOften { retry_after }) => tokio::time::sleep(retry_after).await,
            Err(error) => return Err(error),
        }
    }
}

fn bare(host: &str) -> &str {
    host.trim_start_matches("www.")
}

fn without_size(url: &Url) -> String {
    let text = url.as_str();
    if let Some((before, after)) = text.split_once("/content/images/size/")
        && let Some((_, rest)) = after.split_once('/')
    {
        return format!("{before}/content/images/{rest}");
    }
    let Some((stem, extension)) = text.rsplit_once('.') else { return text.to_owned() };
    let Some((name, size)) = stem.rsplit_once('-') else { return text.to_owned() };
    let is_size = size.split_once('x').is_some_and(|(width, height)| {
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        number(width) && number(height)
    });
    if is_size { format!("{name}.{extension}") } else { text.to_owned() }
}

/// The file of an address in a folder that may be any of those above it at the source. Never outside of the folder.
fn in_folder(folder: &Path, address: &str) -> Option<PathBuf> {
    let path = Url::parse(address).ok()?.path().to_owned();
    let path = percent_encoding::percent_decode_str(&path).decode_utf8().ok()?.into_owned();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != "..").collect();
    let candidates = (0..parts.len()).map(|from| folder.join(parts[from..].join("/")));
    let mut inside = candidates.filter_map(|path| path.canonicalize().ok());
    inside.find(|path| path.is_file() && path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smaller_copies_lead_to_their_original() {
        for (copy, original) in [
            (
                "https://a.example/wp-content/uploads/x-300x200.jpg",
                "https://a.example/wp-content/uploads/x.jpg",
            ),
            (
                "https://a.example/content/images/size/w600/2021/x.png",
                "https://a.example/content/images/2021/x.png",
            ),
            ("https://a.example/a-b.jpg", "https://a.example/a-b.jpg"),
            ("https://a.example/1x1", "https://a.example/1x1"),
        ] {
            assert_eq!(without_size(&Url::parse(copy).expect("a URL")), original);
        }
    }

    #[test]
    fn a_file_is_found_below_whatever_folder_and_never_outside() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("uploads");
        std::fs::create_dir_all(folder.join("2013/03")).expect("made");
        std::fs::write(folder.join("2013/03/x y.jpg"), "x").expect("written");
        std::fs::write(root.path().join("secret.jpg"), "x").expect("written");
        let folder = folder.canonicalize().expect("there");
        let found = in_folder(&folder, "https://a.example/wp-content/uploads/2013/03/x%20y.jpg");
        assert_eq!(found, Some(folder.join("2013/03/x y.jpg")));
        for outside in ["https://a.example/%2e%2e/secret.jpg", "https://a.example/x/..%2fsecret.jpg"] {
            assert_eq!(in_folder(&folder, outside), None, "{outside}");
        }
    }
}
