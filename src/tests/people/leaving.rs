//! Letting somebody in no more: deactivating and signing out.

use super::{ADMIN, NOTHING, is_refused};
use crate::{
    app::TestApp,
    seed::{PASSWORD, WORKS_FOR_BOTH},
};
use supportsignal::{
    accounts::{sessions::SessionRow, viewer::Viewer},
    error::AppError,
    people::person::MembershipStatus,
};

#[tokio::test]
async fn whoever_is_deactivated_is_out_at_once_and_can_come_back() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let worker = app.sign_in("worker@banksia.example").await;
    let id = app.seed.banksia.worker.user_id;
    let error = admin.do_to_person("deactivate", id, "Priya").await.unwrap_err();
    assert!(error.at("typed_name").is_some(), "{error:?}");
    assert!(worker.tenants().await.is_ok());
    admin.do_to_person("deactivate", id, "priya nair").await.unwrap();
    assert_eq!(worker.tenants().await, Err(AppError::SignedOut));
    assert_eq!(admin.person(id).await.person.status, MembershipStatus::Deactivated);
    let error = admin.invite("worker@banksia.example", "viewer").await.unwrap_err();
    assert!(error.at("email").is_some_and(|message| message.contains("deactivated")), "{error:?}");

    // Signing in still works, but leads nowhere.
    let again = app.sign_in("worker@banksia.example").await;
    assert_eq!(again.tenants().await.unwrap().len(), 0);
    admin.do_to_person("reactivate", id, "").await.unwrap();
    assert_eq!(again.tenants().await.unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_who_also_works_elsewhere_stays_signed_in_there() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let bao = app.sign_in(WORKS_FOR_BOTH).await;
    let people = admin.people("banksia").await.people;
    let id = people.iter().find(|person| person.email == WORKS_FOR_BOTH).unwrap().user_id;
    assert!(admin.person(id).await.works_elsewhere);
    for what in ["end-sessions", "reset-second-factor"] {
        let outcome = admin.do_to_person(what, id, "Bao Tran").await;
        assert!(is_refused(&outcome), "{what}: {outcome:?}");
    }
    admin.do_to_person("deactivate", id, "Bao Tran").await.unwrap();
    let left = bao.tenants().await.unwrap();
    assert_eq!(left.iter().map(|choice| choice.slug.as_str()).collect::<Vec<_>>(), ["wattle"]);
    let outcome = bao.call::<Viewer>("accounts/viewer", &[("tenant", "banksia")]).await;
    assert_eq!(outcome.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn an_admin_signs_a_person_out_on_all_devices() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let (phone, laptop) = (app.sign_in("worker@banksia.example").await, app.sign_in("worker@banksia.example").await);
    let id = app.seed.banksia.worker.user_id;
    admin.do_to_person("end-sessions", id, "").await.unwrap();
    for device in [phone, laptop] {
        assert_eq!(device.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await, Err(AppError::SignedOut));
    }
    app.browser().sign_in("worker@banksia.example", PASSWORD).await.unwrap();
    let own = admin.do_to_person("end-sessions", app.seed.banksia.admin.user_id, "").await;
    assert!(is_refused(&own), "{own:?}");
}
