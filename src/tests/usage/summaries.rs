//! What the ledger adds up to is what it holds, whatever happened.

use super::{call, result, set_limits};
use crate::{app::TestApp, seed::TenantSeed};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sqlx::PgPool;
use supportsignal::{
    ids::UsageEventId,
    platform::database::TenantTx,
    prompts::step::WorkflowStep,
    usage::{
        ledger::{CallStep, Outcome},
        store::{CallSubject, month_to_date, record, reserve, settle},
    },
};

/// Something that happens to the ledger.
#[derive(Debug, Clone)]
enum Happening {
    Reserve {
        step: CallStep,
        model: &'static str,
        who: usize,
        most: i64,
        is_priced: bool,
    },
    /// One of the calls that were reserved so far, settled before or not.
    Settle {
        which: usize,
        outcome: Outcome,
        cost: i64,
    },
    BuiltIn {
        step: CallStep,
        who: usize,
        outcome: Outcome,
    },
    Limit {
        organisation: Option<i64>,
        person: Option<i64>,
    },
}

fn happening() -> impl Strategy<Value = Happening> {
    let step = prop_oneof![
        Just(CallStep::ConnectionTest),
        Just(CallStep::from(WorkflowStep::ClassifyIncident)),
        Just(CallStep::from(WorkflowStep::GenerateQuestions)),
    ];
    let outcome = prop_oneof![Just(Outcome::Succeeded), Just(Outcome::Repaired), Just(Outcome::Failed)];
    let limit = || proptest::option::of(20_000..400_000_i64);
    prop_oneof![
        12 => (step.clone(), prop_oneof![Just("small"), Just("large")], 0..3_usize, -5..9_000_i64, any::<bool>())
            .prop_map(|(step, model, who, most, is_priced)| Happening::Reserve { step, model, who, most, is_priced }),
        12 => (0..40_usize, outcome.clone(), -5..12_000_i64)
            .prop_map(|(which, outcome, cost)| Happening::Settle { which, outcome, cost }),
        4 => (step, 0..3_usize, outcome).prop_map(|(step, who, outcome)| Happening::BuiltIn { step, who, outcome }),
        1 => (limit(), limit()).prop_map(|(organisation, person)| Happening::Limit { organisation, person }),
    ]
}

/// The same histories every time.
fn histories(count: usize) -> Vec<Vec<Happening>> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let history = proptest::collection::vec(happening(), 60);
    (0..count).map(|_| history.new_tree(&mut runner).unwrap().current()).collect()
}

async fn happen(pool: &PgPool, tenant: &TenantSeed, reserved: &mut Vec<UsageEventId>, happening: Happening) {
    let people = [None, Some(tenant.worker.user_id), Some(tenant.colleague.user_id)];
    if let Happening::Limit { organisation, person } = happening {
        return set_limits(pool, tenant, organisation, person).await;
    }
    let mut tx = TenantTx::begin_for_system(pool, tenant.id).await.unwrap();
    match happening {
        Happening::Reserve { step, model, who, most, is_priced } => {
            let subject = CallSubject { step, ai_model: model.to_owned(), ..call(people[who]) };
            reserved.extend(reserve(&mut tx, &subject, most, is_priced.then_some("2026-11-01")).await.unwrap());
        }
        Happening::Settle { which, outcome, cost } => {
            if let Some(id) = reserved.get(which) {
                settle(&mut tx, *id, &result(outcome, cost)).await.unwrap();
            }
        }
        Happening::BuiltIn { step, who, outcome } => {
            let subject = CallSubject { step, ..call(people[who]) }.built_in();
            record(&mut tx, &subject, &result(outcome, 0)).await.unwrap();
        }
        Happening::Limit { .. } => unreachable!("done above"),
    }
    tx.commit().await.unwrap();
}

/// Groups that differ between the ledger and its summaries, as text, and how many there are at all.
async fn compare(app: &TestApp, tenant: &TenantSeed) -> (Vec<String>, i64) {
    let differences = sqlx::query_scalar(
        "with ledger as (
             select (occurred_at at time zone 'Australia/Sydney')::date as day, workflow_step, provider, ai_model, user_id,
                    price_version, count(*) filter (where outcome <> 'refused') as calls,
                    count(*) filter (where outcome in ('succeeded', 'repaired')) as answers,
                    count(*) filter (where outcome = 'failed') as failures,
                    count(*) filter (where outcome = 'refused') as refused, sum(input_tokens)::bigint as input_tokens,
                    sum(output_tokens)::bigint as output_tokens, sum(cost_micros)::bigint as cost_micros
             from usage_events where tenant_id = $1 group by 1, 2, 3, 4, 5, 6
         ), summaries as (
             select day, workflow_step, provider, ai_model, user_id, price_version, calls, answers, failures, refused,
                    input_tokens, output_tokens, cost_micros
             from usage_summaries where tenant_id = $1
         ), summed as (
             select day, sum(calls)::bigint as calls, sum(cost_micros)::bigint as cost_micros
             from usage_summaries where tenant_id = $1 group by 1 having (sum(calls), sum(cost_micros)) <> (0, 0)
         ), days as (
             select day, calls, cost_micros from usage_days where tenant_id = $1 and (calls, cost_micros) <> (0, 0)
         )
         select 'only in the ledger: ' || one::text from (select * from ledger except select * from summaries) as one
         union all
         select 'only in the summaries: ' || one::text from (select * from summaries except select * from ledger) as one
         union all
         select 'a day differs: ' || one::text
         from ((select * from summed except select * from days) union all (select * from days except select * from summed)) as one",
    )
    .bind(tenant.id.uuid())
    .fetch_all(&app.db.admin)
    .await
    .unwrap();
    let groups = sqlx::query_scalar("select count(*) from usage_summaries where tenant_id = $1")
        .bind(tenant.id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    (differences, groups)
}

#[tokio::test]
async fn after_any_history_the_summaries_are_what_the_ledger_holds() {
    let app = TestApp::start().await;
    let (pool, tenants) = (&app.db.pool, [&app.seed.banksia, &app.seed.wattle]);
    let mut reserved = [Vec::new(), Vec::new()];
    for (index, history) in histories(6).into_iter().enumerate() {
        let which = index % 2;
        for happening in history {
            happen(pool, tenants[which], &mut reserved[which], happening).await;
        }
    }
    for (tenant, reserved) in tenants.into_iter().zip(&reserved) {
        let (differences, groups) = compare(&app, tenant).await;
        assert_eq!(differences, Vec::<String>::new(), "{}", tenant.slug);
        assert!(groups >= 10 && reserved.len() >= 10, "something to add up: {groups} groups, {} calls", reserved.len());
        let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
        let total: i64 = sqlx::query_scalar("select sum(cost_micros)::bigint from usage_events")
            .fetch_one(tx.connection())
            .await
            .unwrap();
        assert_eq!(month_to_date(&mut tx).await.unwrap(), total);
    }
}

#[tokio::test]
async fn a_call_counts_for_the_day_on_which_it_was_made() {
    let app = TestApp::start().await;
    let (tenant, pool) = (&app.seed.banksia, &app.db.pool);
    let id = super::reserve(pool, tenant, None, 1_000, super::PRICED).await.unwrap();
    for (table, column) in [("usage_events", "occurred_at"), ("usage_summaries", "day")] {
        let sql = format!("update {table} set {column} = {column} - interval '3 days' where tenant_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.id.uuid()).execute(&app.db.admin).await.unwrap();
    }
    super::settle(pool, tenant, id, &result(Outcome::Succeeded, 400)).await;
    assert_eq!(compare(&app, tenant).await, (vec![], 1));
}
