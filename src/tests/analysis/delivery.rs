//! The work behind it, delivered more than once or asked for again.

use super::{
    ANALYSES, CLASSIFICATIONS, GENERATED, analysis, context, count, decide, person, send, submit_told, waiting_job,
};
use crate::app::TestApp;
use supportsignal::{analysis::analysis::ReviewState, error::AppError, jobs::queue::Job};

#[tokio::test]
async fn however_often_the_work_is_delivered_there_is_one_set_of_suggestions() {
    let app = TestApp::start().await;
    let priya = person(&app, "worker").await;
    let id = submit_told(&app, &priya).await;
    let job = waiting_job(&app).await;

    // Two workers at once: the first was taken for dead.
    let both = tokio::join!(job.clone().run(context(&app)), job.clone().run(context(&app)));
    assert_eq!(both, (Ok(()), Ok(())));
    let made = count(&app, CLASSIFICATIONS, id).await;
    assert!(made > 0);

    // As if a worker had died after its work and before noting it.
    sqlx::query("update jobs set status = 'running' where id = $1")
        .bind(job.job_id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    job.run(context(&app)).await.unwrap();
    let alex = person(&app, "lead").await;
    let analysis = analysis(&alex, id).await;
    assert_eq!(i64::try_from(analysis.classifications.len()).unwrap(), made);
    for sql in [ANALYSES, GENERATED] {
        assert_eq!(count(&app, sql, id).await, 1, "{sql}");
    }
    assert_eq!(count(&app, CLASSIFICATIONS, id).await, made);
}

#[tokio::test]
async fn analysing_again_replaces_suggestions_only_while_nobody_has_reviewed_them() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let alex = person(&app, "lead").await;
    let first = analysis(&alex, id).await;
    send(&alex, "analysis/analyse-again", id, first.revision, &[]).await.unwrap();
    send(&alex, "analysis/analyse-again", id, first.revision, &[]).await.expect("asking twice makes one job");
    assert_eq!(analysis(&alex, id).await, first, "nothing is taken away before the new ones are there");
    let job = waiting_job(&app).await;
    app.finish_jobs().await;
    let second = analysis(&alex, id).await;
    assert!(second.id != first.id && second.state == ReviewState::AiGenerated);
    assert_eq!(count(&app, ANALYSES, id).await, 2, "the first is kept");
    sqlx::query("update jobs set status = 'running' where id = $1")
        .bind(job.job_id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    job.run(context(&app)).await.unwrap();
    assert_eq!(analysis(&alex, id).await, second, "delivered again it changes nothing");

    send(&alex, "analysis/analyse-again", id, second.revision, &[]).await.unwrap();
    decide(&alex, id, &second.classifications[0], "accept").await.unwrap();
    app.finish_jobs().await;
    let reviewed = analysis(&alex, id).await;
    assert_eq!((reviewed.id, reviewed.state), (second.id, ReviewState::UserReviewed), "a decision was faster");
    let refused = send(&alex, "analysis/analyse-again", id, reviewed.revision, &[]).await.unwrap_err();
    assert!(matches!(refused, AppError::NotPossible { .. }), "{refused:?}");
}
