//! Who is listed to whom.

use super::{ADMIN, invited, is_refused};
use crate::app::TestApp;
use supportsignal::{
    error::AppError,
    people::person::{PeoplePage, PersonRecord},
};

#[tokio::test]
async fn people_and_invitations_are_their_own_organisations_affair() {
    let app = TestApp::start().await;
    let token = invited(&app, "mai@example.org").await;
    let admin = app.sign_in(ADMIN).await;
    let id = admin.people("banksia").await.invitations[0].id.to_string();
    let foreign = app.sign_in("admin@wattle.example").await;
    for endpoint in ["people/send-again", "people/withdraw"] {
        let outcome = foreign.call::<()>(endpoint, &[("tenant", "wattle"), ("id", id.as_str())]).await;
        assert!(is_refused(&outcome), "{endpoint}: {outcome:?}");
    }
    let worker = app.seed.banksia.worker.user_id.to_string();
    let outcome = foreign.call::<PersonRecord>("people/get", &[("tenant", "wattle"), ("id", worker.as_str())]).await;
    assert_eq!(outcome, Err(AppError::NotFound));
    for tenant in ["banksia", "wattle"] {
        let fields = [("tenant", tenant), ("id", worker.as_str()), ("typed_name", "Priya Nair")];
        let outcome = foreign.call::<()>("people/deactivate", &fields).await;
        assert_eq!(outcome, Err(AppError::NotFound), "{tenant}");
    }
    assert!(foreign.people("wattle").await.people.iter().all(|person| !person.email.ends_with("banksia.example")));
    assert!(app.browser().joining(&token).await.is_ok());

    let lead = app.sign_in("lead@banksia.example").await;
    let outcome = lead.call::<PeoplePage>("people/list", &[("tenant", "banksia")]).await;
    assert_eq!(outcome, Err(AppError::Forbidden));
    assert_eq!(lead.invite("lea@example.org", "company_admin").await, Err(AppError::Forbidden));
}

#[tokio::test]
async fn the_list_is_searched_by_name_and_address_and_narrowed() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let names = async |fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("tenant", "banksia")].iter().chain(fields).copied().collect();
        let page: PeoplePage = admin.call("people/list", &fields).await.unwrap();
        page.people.into_iter().map(|person| person.display_name).collect::<Vec<_>>()
    };
    assert_eq!(names(&[]).await.len(), 6);
    assert_eq!(names(&[("filter[search]", "NAIR")]).await, ["Priya Nair"]);
    assert_eq!(names(&[("filter[search]", "lead@")]).await, ["Alex Moreau"]);
    assert_eq!(names(&[("filter[role]", "viewer")]).await, ["Vera Lind"]);
    assert_eq!(names(&[("filter[status]", "deactivated")]).await, Vec::<String>::new());
    assert_eq!(names(&[("filter[search]", "%")]).await, Vec::<String>::new());
}
