//! Search by words: what is found, by whom, and what is marked.

use super::{
    app::TestApp,
    passages::{NewDocument, add_document, find, find_where, titles, write_passages},
};
use chrono::{Duration, Utc};
use supportsignal::{
    accounts::{member::Member, role::Role},
    ids::TenantId,
    knowledge::{
        details::Details,
        document::FileType,
        hit::{SearchQuery, WordsOnly},
        postings,
        store::change,
    },
    platform::database::TenantTx,
};

fn with_role(member: &Member, role: Role) -> Member {
    Member { role, ..member.clone() }
}

#[tokio::test]
async fn words_are_found_in_every_form_and_marked() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let calls = "Ring the on-call manager. She calls the nurse; calling 000 comes first.";
    add_document(&app, tenant.id, &NewDocument::open("After hours", &[calls, "Lock the gate at night."])).await;
    add_document(&app, tenant.id, &NewDocument::open("Gardens", &["Water the roses twice a week."])).await;

    let result = find(&app, &tenant.worker, "Who should I CALL?").await;
    assert_eq!(result.words_only, Some(WordsOnly::NoModel));
    let [hit] = &result.hits[..] else { panic!("{:?}", titles(&result)) };
    assert_eq!((hit.document_title.as_str(), hit.content.as_str()), ("After hours", calls));
    let marked: Vec<&str> = hit.highlights.iter().map(|(start, end)| &hit.content[*start..*end]).collect();
    assert_eq!(marked, ["call", "calls", "calling"]);
    assert!((hit.term_share - 1.0).abs() < f32::EPSILON && hit.cosine.is_none(), "{hit:?}");
    assert!((0.0..=1.0).contains(&hit.score));
}

#[tokio::test]
async fn rare_words_weigh_more_and_titles_count() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let common = "Tell the team leader about every incident.";
    add_document(&app, tenant.id, &NewDocument::open("Incidents", &[common, "Write the incident down."])).await;
    add_document(&app, tenant.id, &NewDocument::open("Epilepsy", &["Time it. Tell the team leader."])).await;
    add_document(&app, tenant.id, &NewDocument::open("Vehicles", &["Tell the team leader the kilometres."])).await;
    let result = find(&app, &tenant.worker, "incident with epilepsy").await;
    assert_eq!(titles(&result).first(), Some(&"Epilepsy"));
    assert_eq!(titles(&find(&app, &tenant.worker, "vehicle").await), ["Vehicles"], "the word stands in the title only");
}

#[tokio::test]
async fn a_document_is_found_by_those_who_may_read_it_and_by_nobody_else() {
    let app = TestApp::start().await;
    let (banksia, wattle) = (&app.seed.banksia, &app.seed.wattle);
    let passages = &["The safe's code is kept by the coordinator."][..];
    add_document(&app, banksia.id, &NewDocument::open("Everybody's", passages)).await;
    let leads = NewDocument { roles: Some(&[Role::TeamLead]), ..NewDocument::open("Leads'", passages) };
    add_document(&app, banksia.id, &leads).await;
    let old = NewDocument { is_archived: true, ..NewDocument::open("Archived", passages) };
    add_document(&app, banksia.id, &old).await;
    add_document(&app, wattle.id, &NewDocument::open("Wattle's", passages)).await;
    add_document(&app, TenantId::SYSTEM, &NewDocument::open("Shared", passages)).await;
    let shared_leads = NewDocument { roles: Some(&[Role::TeamLead]), ..NewDocument::open("Shared leads'", passages) };
    add_document(&app, TenantId::SYSTEM, &shared_leads).await;

    let found = async |member: &Member| {
        let result = find(&app, member, "code of the safe").await;
        let mut titles: Vec<String> = titles(&result).into_iter().map(str::to_owned).collect();
        titles.sort();
        titles
    };
    assert_eq!(found(&banksia.worker).await, ["Everybody's", "Shared"]);
    let lead = with_role(&banksia.worker, Role::TeamLead);
    assert_eq!(found(&lead).await, ["Everybody's", "Leads'", "Shared", "Shared leads'"]);
    assert_eq!(found(&wattle.worker).await, ["Shared", "Wattle's"]);

    let result = find(&app, &banksia.worker, "code of the safe").await;
    let shared: Vec<(&str, bool)> =
        result.hits.iter().map(|hit| (hit.document_title.as_str(), hit.is_shared())).collect();
    assert!(shared.contains(&("Shared", true)) && shared.contains(&("Everybody's", false)), "{shared:?}");
}

#[tokio::test]
async fn what_may_not_be_read_has_no_say_in_the_ranking() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    add_document(&app, tenant.id, &NewDocument::open("One", &["Hoist checks. Hoist straps."])).await;
    add_document(&app, tenant.id, &NewDocument::open("Two", &["Straps and brakes of wheelchairs."])).await;
    let scores = async || {
        let result = find(&app, &tenant.worker, "hoist straps").await;
        result.hits.iter().map(|hit| (hit.document_title.clone(), hit.score)).collect::<Vec<_>>()
    };
    let before = scores().await;
    let hidden = NewDocument { roles: Some(&[Role::CompanyAdmin]), ..NewDocument::open("Hidden", &["Straps"; 9]) };
    add_document(&app, tenant.id, &hidden).await;
    assert_eq!(scores().await, before);
}

#[tokio::test]
async fn search_can_be_narrowed_down() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let passages = &["Choking: call 000 and start first aid."][..];
    let tagged = NewDocument { tags: &["meals", "first aid"], ..NewDocument::open("Tagged", passages) };
    add_document(&app, tenant.id, &tagged).await;
    let old = add_document(&app, tenant.id, &NewDocument::open("Old", passages)).await;
    sqlx::query("update documents set updated_at = now() - interval '2 years', file_type = 'pdf' where id = $1")
        .bind(old.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    let query = || SearchQuery { text: "choking".to_owned(), ..SearchQuery::default() };
    let found = async |query: SearchQuery| {
        let result = find_where(&app, &tenant.worker, query).await;
        let mut titles: Vec<String> = titles(&result).into_iter().map(str::to_owned).collect();
        titles.sort();
        titles
    };
    assert_eq!(found(query()).await, ["Old", "Tagged"]);
    assert_eq!(found(SearchQuery { tag: Some("meals".into()), ..query() }).await, ["Tagged"]);
    assert_eq!(found(SearchQuery { tag: Some("beds".into()), ..query() }).await, Vec::<String>::new());
    assert_eq!(found(SearchQuery { file_type: Some(FileType::Pdf), ..query() }).await, ["Old"]);
    let since = Some(Utc::now() - Duration::days(30));
    assert_eq!(found(SearchQuery { since, ..query() }).await, ["Tagged"]);
}

#[tokio::test]
async fn odd_queries_find_nothing_and_break_nothing() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let nothing = find(&app, &tenant.worker, "medication").await;
    assert!(nothing.hits.is_empty() && nothing.words_only.is_none(), "there are no documents");
    add_document(&app, tenant.id, &NewDocument::open("Medication", &["Give it as charted: 5 mg."])).await;
    for odd in ["", "  \n", "the of and", "zzzyx", "'); drop table documents; --", "\u{202e}\u{200b}", "% _ \\ & | !"] {
        assert_eq!(titles(&find(&app, &tenant.worker, odd).await), Vec::<&str>::new(), "{odd:?}");
    }
    let long = format!("{} medication {}", "word ".repeat(20), "and so on ".repeat(2_000));
    assert_eq!(titles(&find(&app, &tenant.worker, &long).await), ["Medication"]);
    assert_eq!(titles(&find(&app, &tenant.worker, "5 mg").await), ["Medication"]);
}

#[tokio::test]
async fn a_long_document_leaves_room_for_others() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let many = ["Bruising: note where, how big, what colour."; 12];
    add_document(&app, tenant.id, &NewDocument::open("Long", &many)).await;
    let aside = &["After a fall look for pain, swelling and, in the days after it, bruising of any kind."][..];
    add_document(&app, tenant.id, &NewDocument::open("Falls", aside)).await;
    let result = find(&app, &tenant.worker, "bruising").await;
    assert_eq!(titles(&result)[..4], ["Long", "Long", "Long", "Falls"]);
    assert_eq!(result.hits.len(), 10, "its other passages come after");
}

async fn postings_of(app: &TestApp, term: &str) -> i64 {
    sqlx::query_scalar("select count(*) from postings where term = $1")
        .bind(term)
        .fetch_one(&app.db.admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_new_version_is_found_by_its_words_and_no_longer_by_the_old_ones() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let id = add_document(&app, tenant.id, &NewDocument::open("Restraint", &["Ask the behaviour specialist."])).await;
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.admin).await.unwrap();
    write_passages(&mut tx, id, &["Ask the practitioner first.", "Report it within a day. A day, not two."]).await;
    // A second time changes nothing.
    postings::index_document(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(find(&app, &tenant.worker, "specialist").await.hits.is_empty());
    assert_eq!(titles(&find(&app, &tenant.worker, "practitioners").await), ["Restraint"]);
    assert_eq!((postings_of(&app, "specialist").await, postings_of(&app, "day").await), (0, 1));
    let (terms, longest): (i64, i32) = sqlx::query_as(
        "select sum(term_count), max(term_count) from document_chunks where document_id = $1 and kind = 'passage'",
    )
    .bind(id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    // restraint ask practitioner first; restraint report within day day two
    assert_eq!((terms, longest), (10, 6));
}

#[tokio::test]
async fn a_new_title_takes_the_place_of_the_old_one() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let id = add_document(&app, tenant.id, &NewDocument::open("Draft", &["Ask before you enter."])).await;
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.admin).await.unwrap();
    let details = Details { title: "Privacy".to_owned(), tags: Vec::new(), allowed_roles: None };
    change::change_details(&mut tx, id, 1, &details).await.unwrap();
    tx.commit().await.unwrap();
    assert!(find(&app, &tenant.worker, "draft").await.hits.is_empty());
    assert_eq!(titles(&find(&app, &tenant.worker, "privacy").await), ["Privacy"]);
}
