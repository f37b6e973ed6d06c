//! Changing what a person is in the organisation.

use super::{ADMIN, is_refused};
use crate::{app::TestApp, browser::Browser};
use supportsignal::{
    error::AppError,
    ids::UserId,
    people::person::{PeoplePage, PersonRecord},
    platform::database::TenantTx,
};

impl Browser {
    async fn give_role(&self, id: UserId, role: &str) -> Result<(), AppError> {
        let record = self.person(id).await;
        let (id, revision) = (id.to_string(), record.revision.to_string());
        let name = record.person.display_name;
        let fields =
            [("tenant", "banksia"), ("id", &id), ("revision", &revision), ("display_name", &name), ("role", role)];
        self.call("people/save", &fields).await
    }
}

#[tokio::test]
async fn a_role_changes_at_once_and_never_ones_own() {
    let app = TestApp::start().await;
    let (admin, worker) = (app.sign_in(ADMIN).await, app.sign_in("worker@banksia.example").await);
    let id = app.seed.banksia.worker.user_id;
    admin.give_role(id, "company_admin").await.unwrap();
    worker.people("banksia").await;
    let error = worker.give_role(id, "viewer").await.unwrap_err();
    assert!(error.at("role").is_some(), "{error:?}");
    worker.give_role(app.seed.banksia.admin.user_id, "viewer").await.unwrap();
    let outcome = admin.call::<PeoplePage>("people/list", &[("tenant", "banksia")]).await;
    assert_eq!(outcome, Err(AppError::Forbidden));
}

#[tokio::test]
async fn of_two_admins_who_demote_each_other_at_once_one_stays() {
    let app = TestApp::start().await;
    let (admin, other) = (app.sign_in(ADMIN).await, app.sign_in("worker@banksia.example").await);
    let (admin_id, other_id) = (app.seed.banksia.admin.user_id, app.seed.banksia.worker.user_id);
    admin.give_role(other_id, "company_admin").await.unwrap();
    let fields = |record: &PersonRecord| {
        [
            ("tenant", "banksia".to_owned()),
            ("id", record.person.user_id.to_string()),
            ("revision", record.revision.to_string()),
            ("display_name", record.person.display_name.clone()),
            ("role", "viewer".to_owned()),
        ]
    };
    let (one, two) = (fields(&admin.person(other_id).await), fields(&admin.person(admin_id).await));
    let (first, second) = tokio::join!(admin.call::<()>("people/save", &one), other.call::<()>("people/save", &two));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let admins: i64 = sqlx::query_scalar(
        "select count(*) from memberships where tenant_id = $1 and role = 'company_admin' and status = 'active'",
    )
    .bind(app.seed.banksia.id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn the_last_admin_stays_even_for_an_admin_whose_own_role_is_just_gone() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let id = app.seed.banksia.admin.user_id;
    let outcome = admin.do_to_person("deactivate", id, "Dana Okafor").await;
    assert!(is_refused(&outcome), "{outcome:?}");
    let mut tx = TenantTx::begin(&app.db.pool, &app.seed.banksia.worker).await.unwrap();
    let outcome = supportsignal::people::store::deactivate(&mut tx, id, "Dana Okafor").await;
    assert!(is_refused(&outcome), "whoever asks: {outcome:?}");
}

#[tokio::test]
async fn an_old_page_does_not_overwrite_a_newer_one() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let id = app.seed.banksia.worker.user_id.to_string();
    let save = async |revision: &str, name: &str| {
        let fields = [
            ("tenant", "banksia"),
            ("id", id.as_str()),
            ("revision", revision),
            ("display_name", name),
            ("role", "viewer"),
        ];
        admin.call::<()>("people/save", &fields).await
    };
    save("1", "Priya N").await.unwrap();
    assert_eq!(save("1", "P Nair").await, Err(AppError::Stale { current_revision: 2 }));
}
