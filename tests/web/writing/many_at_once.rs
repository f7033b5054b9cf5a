//! A hundred saves of one post at the same time, against a model of what must come out.

use futures_util::future::join_all;
use sqlx::PgPool;

use super::{body_of, draft, with_body};
use crate::support::{Browser, Page, Person, TestApp};

const SAVES: usize = 100;

fn text(paragraphs: &[String]) -> String {
    paragraphs.join("\n\n")
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn of_a_hundred_saves_at_once_none_is_lost(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let original: Vec<String> = (0..SAVES).map(|n| format!("Paragraph {n}.")).collect();
    let page = draft(&mut ada, "Busy", &text(&original)).await;

    // each changes a paragraph of its own: all of it must be there in the end
    let save = |n: usize, mut author: Browser| {
        let mut mine = original.clone();
        mine[n] = format!("Paragraph {n}, changed by writer {n}.");
        let form = with_body(&page, &text(&mine)).press("Save draft");
        async move { author.submit(form).await }
    };
    let answers: Vec<Page> = join_all((0..SAVES).map(|n| save(n, ada.clone()))).await;
    for answer in &answers {
        answer.assert_status(200).shows("aved");
    }
    let expected: Vec<String> =
        (0..SAVES).map(|n| format!("Paragraph {n}, changed by writer {n}.")).collect();
    assert_eq!(body_of(&app).await, text(&expected));
    let versions = app.count("select count(*) from post_revisions").await;
    assert_eq!(versions, i64::try_from(SAVES).expect("small") + 1, "every save is in the history");
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn whatever_clashes_no_word_is_lost_without_somebody_having_chosen_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mut dice = Dice(4);
    let original: Vec<String> = (0..6).map(|n| format!("Paragraph {n}.")).collect();
    let page = draft(&mut ada, "Busy", &text(&original)).await;

    // all change one of few paragraphs, so that many clash; who is asked chooses "both"
    let mut said = Vec::new();
    let mut saves = Vec::new();
    for n in 0..24 {
        let mut mine = original.clone();
        let words = format!("Writer {n} was here.");
        mine[dice.roll(6)].clone_from(&words);
        said.push(words);
        let (form, mut author) = (with_body(&page, &text(&mine)).press("Save draft"), ada.clone());
        saves.push(async move {
            let mut answer = author.submit(form).await;
            for _ in 0..100 {
                if answer.status != 409 {
                    break;
                }
                answer = author.submit(answer.form(".conflict-page form").press("Save the result")).await;
            }
            answer.assert_status(200);
        });
    }
    join_all(saves).await;
    let text = body_of(&app).await;
    for words in said {
        assert_eq!(text.matches(&words).count(), 1, "{words} in:\n{text}");
    }
}
