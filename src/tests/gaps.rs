//! What the documents could not answer: grouped, decided about, and kept apart.

use super::{
    app::TestApp,
    browser::Browser,
    seed::{TenantSeed, email},
};
use http::StatusCode;
use supportsignal::{
    accounts::member::Member,
    error::AppError,
    ids::{GapId, TenantId},
    knowledge::gaps::{
        NewUnanswered, SAME_MEANING,
        gap::{Gap, GapPage, GapStatus, UnansweredCause},
        record,
    },
    platform::database::TenantTx,
};

/// A question as the chat notes it, with a vector of two dimensions.
fn asked(by: &Member, question: &str, vector: Option<(f32, f32)>) -> NewUnanswered {
    let embedding = vector.map(|(x, y)| ("test-model".to_owned(), vec![x, y]));
    NewUnanswered {
        question: question.to_owned(),
        asked_by: by.user_id,
        cause: UnansweredCause::NotFound,
        embedding,
        best_score: None,
    }
}

/// A direction at this cosine from the first axis.
fn at_cosine(cosine: f64) -> Option<(f32, f32)> {
    let sine = (1.0 - cosine * cosine).sqrt();
    Some((format!("{cosine}").parse().unwrap(), format!("{sine}").parse().unwrap()))
}

async fn note(app: &TestApp, by: &Member, question: &str, vector: Option<(f32, f32)>) {
    let mut tx = TenantTx::begin(&app.db.pool, by).await.unwrap();
    record(&mut tx, &asked(by, question, vector)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn page(browser: &Browser, tenant: &str, status: GapStatus) -> Result<GapPage, AppError> {
    browser.call("knowledge/gaps", &[("tenant", tenant), ("status", status.as_str())]).await
}

async fn gaps(browser: &Browser, status: GapStatus) -> Vec<Gap> {
    page(browser, "banksia", status).await.unwrap().gaps
}

async fn decide(browser: &Browser, what: &str, gap: &Gap, more: &[(&str, &str)]) -> Result<(), AppError> {
    let (id, revision) = (gap.id.to_string(), gap.revision.to_string());
    let mut fields = vec![("tenant", "banksia"), ("id", id.as_str()), ("revision", revision.as_str())];
    fields.extend(more);
    browser.call(&format!("knowledge/{what}"), &fields).await
}

async fn admin(app: &TestApp) -> Browser {
    app.sign_in(&email("admin", &app.seed.banksia)).await
}

fn told(gaps: &[Gap]) -> Vec<(&str, i64, i64)> {
    gaps.iter().map(|gap| (gap.title.as_str(), gap.question_count, gap.people_count)).collect()
}

#[tokio::test]
async fn questions_of_one_meaning_make_one_gap_named_after_the_most_typical() {
    let app = TestApp::start().await;
    let TenantSeed { worker, colleague, .. } = &app.seed.banksia;
    note(&app, worker, "Can I take leave at Easter?", at_cosine(0.8)).await;
    note(&app, colleague, "How do I book leave?", at_cosine(0.98)).await;
    note(&app, colleague, "Where is leave booked?", at_cosine(0.99)).await;
    note(&app, worker, "Who mows the lawn?", Some((0.0, -1.0))).await;
    let dana = admin(&app).await;
    let open = gaps(&dana, GapStatus::Open).await;
    assert_eq!(told(&open), [("How do I book leave?", 3, 2), ("Who mows the lawn?", 1, 1)], "the most asked first");
    assert_eq!(open[0].words[0], "leave", "what the questions have in common");
    let words: Vec<_> = open[0].questions.iter().map(|question| question.question.as_str()).collect();
    assert_eq!(words, ["Where is leave booked?", "How do I book leave?", "Can I take leave at Easter?"]);
}

#[tokio::test]
async fn the_threshold_is_where_it_says() {
    let app = TestApp::start().await;
    let worker = &app.seed.banksia.worker;
    note(&app, worker, "First", at_cosine(1.0)).await;
    note(&app, worker, "Just near enough", at_cosine(SAME_MEANING + 0.01)).await;
    let dana = admin(&app).await;
    assert_eq!(gaps(&dana, GapStatus::Open).await.len(), 1);

    let other = TestApp::start().await;
    let worker = &other.seed.banksia.worker;
    note(&other, worker, "First", at_cosine(1.0)).await;
    note(&other, worker, "Just too far", at_cosine(SAME_MEANING - 0.01)).await;
    let dana = admin(&other).await;
    assert_eq!(gaps(&dana, GapStatus::Open).await.len(), 2);
}

#[tokio::test]
async fn without_vectors_words_decide() {
    let app = TestApp::start().await;
    let TenantSeed { worker, colleague, .. } = &app.seed.banksia;
    note(&app, worker, "Who do I call after a medication error on a weekend?", None).await;
    note(&app, colleague, "Medication error at the weekend: whom to call?", None).await;
    // What has a vector is compared with what has none by its words too.
    note(&app, colleague, "Whom do we call for weekend medication errors", at_cosine(1.0)).await;
    note(&app, worker, "Annual leave policy", None).await;
    note(&app, worker, "Parental leave policy", None).await;
    note(&app, worker, "who?", None).await;
    note(&app, colleague, "WHO?", None).await;
    note(&app, colleague, "  \n ", None).await;
    let dana = admin(&app).await;
    let open = gaps(&dana, GapStatus::Open).await;
    let counts: Vec<_> = open.iter().map(|gap| gap.question_count).collect();
    assert_eq!(counts, [3, 2, 1, 1], "{:?}", told(&open));
}

#[tokio::test]
async fn asking_the_same_again_counts_once() {
    let app = TestApp::start().await;
    let TenantSeed { worker, colleague, .. } = &app.seed.banksia;
    note(&app, worker, "Who mows the lawn?", None).await;
    note(&app, worker, "who mows the lawn?", None).await;
    note(&app, colleague, "Who mows the lawn?", None).await;
    assert_eq!(told(&gaps(&admin(&app).await, GapStatus::Open).await), [("Who mows the lawn?", 2, 2)]);
}

#[tokio::test]
async fn a_dismissed_gap_swallows_nothing_and_can_be_reopened() {
    let app = TestApp::start().await;
    let TenantSeed { worker, colleague, .. } = &app.seed.banksia;
    note(&app, worker, "Who mows the lawn?", at_cosine(1.0)).await;
    let dana = admin(&app).await;
    let gap = gaps(&dana, GapStatus::Open).await.remove(0);
    decide(&dana, "dismiss-gap", &gap, &[]).await.unwrap();
    assert_eq!(gaps(&dana, GapStatus::Open).await, []);
    note(&app, colleague, "Who mows the lawn?", at_cosine(1.0)).await;
    let open = gaps(&dana, GapStatus::Open).await;
    assert_eq!(told(&open), [("Who mows the lawn?", 1, 1)], "asked again, it is news");
    let dismissed = gaps(&dana, GapStatus::Dismissed).await.remove(0);
    assert_eq!((dismissed.id, dismissed.closed_by.as_deref()), (gap.id, Some("Dana Okafor")));

    let stale = decide(&dana, "dismiss-gap", &gap, &[]).await.unwrap_err();
    assert_eq!(stale, AppError::Stale { current_revision: dismissed.revision });
    decide(&dana, "reopen-gap", &dismissed, &[]).await.unwrap();
    let page = page(&dana, "banksia", GapStatus::Open).await.unwrap();
    assert_eq!((page.gaps.len(), page.counts.open, page.counts.dismissed), (2, 2, 0));
    let actions: Vec<String> =
        sqlx::query_scalar("select action from audit_events where subject_type = 'knowledge_gap' order by position")
            .fetch_all(&app.db.admin)
            .await
            .unwrap();
    assert_eq!(actions, ["knowledge_gap.dismissed", "knowledge_gap.reopened"]);
}

#[tokio::test]
async fn two_gaps_that_ask_the_same_are_put_together() {
    let app = TestApp::start().await;
    let TenantSeed { worker, colleague, .. } = &app.seed.banksia;
    note(&app, worker, "Who mows the lawn?", Some((1.0, 0.0))).await;
    note(&app, colleague, "Is there a gardener?", Some((0.0, 1.0))).await;
    let dana = admin(&app).await;
    let open = page(&dana, "banksia", GapStatus::Open).await.unwrap();
    let [into, gap] = open.gaps.as_slice() else { panic!("{open:?}") };
    assert_eq!(open.open.len(), 2);
    let own = gap.id.to_string();
    for wrong in ["", "elsewhere", own.as_str()] {
        let error = decide(&dana, "merge-gap", gap, &[("into", wrong)]).await.unwrap_err();
        assert!(matches!(error, AppError::NotPossible { .. }), "{wrong}: {error:?}");
    }
    decide(&dana, "merge-gap", gap, &[("into", &into.id.to_string())]).await.unwrap();
    let merged = gaps(&dana, GapStatus::Open).await;
    assert_eq!((merged.len(), merged[0].id, merged[0].question_count), (1, into.id, 2));
}

#[tokio::test]
async fn gaps_are_for_admins_and_stay_in_their_organisation() {
    let app = TestApp::start().await;
    let (banksia, wattle) = (&app.seed.banksia, &app.seed.wattle);
    note(&app, &banksia.worker, "Who mows the lawn?", at_cosine(1.0)).await;
    note(&app, &wattle.worker, "Who mows the lawn?", at_cosine(1.0)).await;
    let dana = admin(&app).await;
    let gap = gaps(&dana, GapStatus::Open).await.remove(0);
    assert_eq!(gap.question_count, 1, "the other organisation's question isn't in it");
    let other = app.sign_in(&email("admin", wattle)).await;
    let theirs = page(&other, "wattle", GapStatus::Open).await.unwrap().gaps.remove(0);
    for what in ["dismiss-gap", "reopen-gap"] {
        assert_eq!(decide(&dana, what, &theirs, &[]).await, Err(AppError::NotFound), "{what}");
    }
    let into = [("into", &*theirs.id.to_string())];
    assert_eq!(decide(&dana, "merge-gap", &gap, &into).await, Err(AppError::NotFound));
    assert_eq!(page(&dana, "wattle", GapStatus::Open).await.map(drop), Err(AppError::NotFound));
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, banksia)).await;
        assert_eq!(page(&browser, "banksia", GapStatus::Open).await.map(drop), Err(AppError::Forbidden), "{person}");
        assert_eq!(browser.get("/banksia/knowledge/gaps").await.status, StatusCode::FORBIDDEN, "{person}");
    }
    assert_eq!(count(&app, banksia.id, gap.id).await, 1);
}

async fn count(app: &TestApp, tenant: TenantId, gap: GapId) -> i64 {
    sqlx::query_scalar("select count(*) from unanswered_questions where tenant_id = $1 and gap_id = $2")
        .bind(tenant.uuid())
        .bind(gap.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_page_shows_questions_and_nobody_who_asked() {
    let app = TestApp::start().await;
    let TenantSeed { worker, colleague, .. } = &app.seed.banksia;
    let dana = admin(&app).await;
    assert!(dana.get("/banksia/knowledge/gaps").await.body.contains("Nothing is waiting"));
    note(&app, worker, "Who <b>mows</b> the lawn?", at_cosine(1.0)).await;
    note(&app, colleague, "Is there a gardener?", at_cosine(0.9)).await;
    let page = dana.get("/banksia/knowledge/gaps").await.body;
    for words in ["Asked 2 times, by 2 people", "Is there a gardener?", "&lt;b", "Write an article", "Not for us"] {
        assert!(page.contains(words), "{words}");
    }
    for secret in [&worker.display_name, &colleague.display_name] {
        assert!(!page.contains(secret.as_str()), "{secret}");
    }
    assert!(
        dana.get("/banksia/knowledge").await.body.contains("1 question that the documents can't answer"),
        "counted"
    );
}

#[tokio::test]
async fn an_article_closes_the_gap_that_it_answers() {
    let app = TestApp::start().await;
    let TenantSeed { worker, .. } = &app.seed.banksia;
    note(&app, worker, "Who mows the lawn?", at_cosine(1.0)).await;
    let dana = admin(&app).await;
    let gap = gaps(&dana, GapStatus::Open).await.remove(0);
    let editor = dana.get(&format!("/banksia/knowledge/articles/new?gap={}", gap.id)).await.body;
    assert!(editor.contains("value=\"Who mows the lawn?\""), "the title is there already");

    let id = gap.id.to_string();
    let empty = [("tenant", "banksia"), ("gap", id.as_str()), ("title", "Lawn"), ("body", " ")];
    let error = dana.call::<()>("knowledge/answer-gap", &empty).await.unwrap_err();
    assert!(error.at("body").is_some(), "{error:?}");
    assert_eq!(gaps(&dana, GapStatus::Open).await.len(), 1, "nothing is closed by a refused article");

    let fields =
        [("tenant", "banksia"), ("gap", id.as_str()), ("title", "The lawn"), ("body", "Kim **mows** the lawn.")];
    dana.call::<()>("knowledge/answer-gap", &fields).await.unwrap();
    let closed = gaps(&dana, GapStatus::Closed).await.remove(0);
    assert_eq!(closed.article.as_ref().map(|(_, title)| title.as_str()), Some("The lawn"));
    let (document, _) = closed.article.clone().unwrap();
    app.finish_jobs().await;
    let page = dana.get(&format!("/banksia/knowledge/{document}")).await.body;
    assert!(page.contains("<strong>mows</strong>"), "the article is read and shown");
}

#[tokio::test]
async fn without_javascript_a_refused_or_previewed_article_comes_back_as_it_was_typed() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let new = "/banksia/knowledge/articles/new";
    let fields = [
        ("tenant", "banksia"),
        ("title", ""),
        ("body", "# Lawn\n\nKim <script>alert(1)</script> **mows** it."),
        ("tags", "garden"),
        ("roles[company_admin]", "on"),
    ];
    for endpoint in ["knowledge/write-article", "knowledge/preview"] {
        let answer = dana.post_form(new, endpoint, &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::TEMPORARY_REDIRECT, new), "{endpoint}");
    }
    let page = dana.post_page(new, &fields).await.body;
    for words in ["<strong>mows</strong>", "value=\"garden\"", "Enter a title.", "# Lawn"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<script>alert"), "raw HTML is dropped");
    let html: String = dana.call("knowledge/preview", &[("tenant", "banksia"), ("body", "*Hi*")]).await.unwrap();
    assert_eq!(html.trim(), "<p><em>Hi</em></p>");
}
