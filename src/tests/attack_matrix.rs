//! Every table of tenant data, read from the catalogue, attacked in every way: read, insert, update,
//! move, delete and refer, from inside one organisation against another and without any context.
//!
//! Each attack has its control, the same statement on one's own rows, so that none passes because
//! the statement itself was broken.

use super::{
    ai_rows,
    attack_tables::{Reference, Table, read_tables},
    dashboard, data_request_rows,
    database::TestDb,
    inside_rows, knowledge_rows, people_rows,
    seed::{Seed, TenantSeed},
    tenant_rows,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use supportsignal::ids::TenantId;
use uuid::Uuid;

const REFUSED: &str = "42501";
const NO_SUCH_ROW: &str = "23503";
const CHECK_VIOLATED: &str = "23514";

/// Tables with rows of the system tenant that everybody may read.
const SHARED: [&str; 6] =
    ["prompt_templates", "documents", "document_versions", "document_chunks", "chunk_embeddings", "postings"];

/// What a statement did: rows, or the SQLSTATE of its refusal.
type Outcome = Result<u64, String>;

struct Attack<'a> {
    db: &'a TestDb,
    table: &'a Table,
    own: &'a TenantSeed,
    other: &'a TenantSeed,
    breaches: Vec<String>,
}

#[tokio::test]
async fn no_statement_crosses_from_one_organisation_to_another() {
    let db = TestDb::create().await;
    assert_eq!(attack_everything(&db).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_matrix_names_every_breach() {
    let db = TestDb::create().await;
    let holes = "
        drop policy sites_tenant on sites;
        create policy sites_open on sites using (true) with check (true);
        alter table notifications disable row level security;
        alter table participants drop constraint participants_site_fkey;
        alter table sites add constraint sites_id_key unique (id);
        alter table participants add constraint participants_site_fkey foreign key (site_id) references sites (id);
        alter table clarification_questions drop constraint clarification_questions_prompt_tenant;
        grant delete on sites to supportsignal_runtime;";
    sqlx::raw_sql(holes).execute(&db.admin).await.unwrap();
    let breaches: Vec<_> =
        attack_everything(&db).await.into_iter().filter(|breach| breach.contains("of banksia")).collect();
    insta::assert_snapshot!(breaches.join("\n"), @r#"
    clarification_questions of banksia: referring to the other's prompt_templates by clarification_questions_prompt_fkey gave Ok(1)
    notifications of banksia: reading the other's gave Ok(7)
    notifications of banksia: reading anybody's gave Ok(7)
    notifications of banksia: inserting for the other gave Err("23514")
    notifications of banksia: updating the other's gave Ok(7)
    notifications of banksia: giving one's own to the other gave Err("23503")
    notifications of banksia: taking the other's gave Err("23503")
    notifications of banksia: reading without a context gave Ok(14)
    notifications of banksia: inserting without a context gave Err("23514")
    notifications of banksia: updating without a context gave Ok(14)
    participants of banksia: referring to the other's sites by participants_site_fkey gave Ok(1)
    sites of banksia: reading the other's gave Ok(1)
    sites of banksia: reading anybody's gave Ok(1)
    sites of banksia: inserting for the other gave Ok(1)
    sites of banksia: updating the other's gave Ok(1)
    sites of banksia: deleting the other's gave Err("23503")
    sites of banksia: giving one's own to the other gave Err("23505")
    sites of banksia: taking the other's gave Err("23505")
    sites of banksia: reading without a context gave Ok(2)
    sites of banksia: inserting without a context gave Ok(1)
    sites of banksia: updating without a context gave Ok(2)
    sites of banksia: deleting without a context gave Err("23503")
    "#);
}

/// Every attack on every table in both directions; what got through.
async fn attack_everything(db: &TestDb) -> Vec<String> {
    let seed: &Seed = db.seed().await;
    ai_rows::plant(&db.pool, seed).await;
    inside_rows::plant(&db.pool, seed).await;
    knowledge_rows::plant(&db.admin, seed).await;
    dashboard::plant(&db.pool, seed).await;
    people_rows::plant(&db.pool, seed).await;
    tenant_rows::plant(&db.admin, seed).await;
    data_request_rows::plant(&db.admin, seed).await;
    let tables = read_tables(&db.admin).await;
    assert!(tables.len() >= 13, "the catalogue shows the product's tables");
    let mut breaches = Vec::new();
    for table in &tables {
        for (own, other) in [(&seed.banksia, &seed.wattle), (&seed.wattle, &seed.banksia)] {
            let mut attack = Attack { db, table, own, other, breaches: Vec::new() };
            attack.read().await;
            attack.insert().await;
            attack.update_and_delete().await;
            attack.move_out().await;
            attack.refer().await;
            attack.without_context().await;
            breaches.extend(attack.breaches);
        }
    }
    breaches
}

impl Attack<'_> {
    fn expect(&mut self, what: &str, outcome: &Outcome, holds: impl FnOnce(&Outcome) -> bool) {
        if !holds(outcome) {
            self.breaches.push(format!("{} of {}: {what} gave {outcome:?}", self.table.name, self.own.slug));
        }
    }

    /// One statement in one context, undone afterwards.
    async fn run(&self, context: Option<TenantId>, sql: &str) -> Outcome {
        let mut transaction = begin(&self.db.pool).await;
        set_context(&mut transaction, context).await;
        let outcome = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *transaction).await;
        transaction.rollback().await.unwrap();
        outcome.map(|done| done.rows_affected()).map_err(|error| sqlstate(&error))
    }

    async fn count(&self, context: Option<TenantId>, condition: &str) -> i64 {
        let mut transaction = begin(&self.db.pool).await;
        set_context(&mut transaction, context).await;
        let sql = format!("select count(*) from {} where {condition}", self.table.name);
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *transaction).await.unwrap()
    }

    fn is(&self, tenant: TenantId) -> String {
        format!("{} = '{tenant}'", self.table.owner)
    }

    async fn read(&mut self) {
        let (own, other) = (self.own.id, self.other.id);
        let there = admin_count(&self.db.admin, &self.table.name, &self.is(own)).await;
        assert!(there > 0, "{} has no row of {}; plant one in seed.rs", self.table.name, self.own.slug);
        let seen = self.count(Some(own), &self.is(own)).await;
        self.expect("reading one's own", &Ok(seen.unsigned_abs()), |_| seen == there);
        let seen = self.count(Some(own), &self.is(other)).await;
        self.expect("reading the other's", &Ok(seen.unsigned_abs()), |_| seen == 0);
        let is_shared = SHARED.contains(&self.table.name.as_str());
        let seen = self.count(Some(own), &format!("{} <> '{own}'", self.table.owner)).await;
        self.expect("reading anybody's", &Ok(seen.unsigned_abs()), |_| (seen > 0) == is_shared);
    }

    async fn insert(&mut self) {
        let (own, other) = (self.own.id, self.other.id);
        let forged = self.insertion(&self.fresh_row(other).await);
        let outcome = self.run(Some(own), &forged).await;
        self.expect("inserting for the other", &outcome, is_refused);
        if self.table.may_insert {
            let control = self.insertion(&self.fresh_row(own).await);
            let outcome = self.run(Some(own), &control).await;
            // A violated constraint (class 23) is found only after row-level security has agreed.
            self.expect("inserting one's own (control)", &outcome, |outcome| {
                *outcome == Ok(1) || outcome.as_ref().is_err_and(|code| code.starts_with("23"))
            });
        }
    }

    async fn update_and_delete(&mut self) {
        let (own, other) = (self.own.id, self.other.id);
        let (name, column) = (&self.table.name, self.table.changeable.first().unwrap_or(&self.table.owner));
        let update = |owner| format!("update {name} set {column} = {column} where {}", self.is(owner));
        let (on_other, on_own) = (update(other), update(own));
        let outcome = self.run(Some(own), &on_other).await;
        self.expect("updating the other's", &outcome, touches_nothing);
        if !self.table.changeable.is_empty() {
            let outcome = self.run(Some(own), &on_own).await;
            self.expect("updating one's own (control)", &outcome, |outcome| {
                outcome.as_ref().is_ok_and(|rows| *rows > 0)
            });
        }
        let outcome = self.run(Some(own), &format!("delete from {} where {}", self.table.name, self.is(other))).await;
        self.expect("deleting the other's", &outcome, touches_nothing);
    }

    async fn move_out(&mut self) {
        let (own, other) = (self.own.id, self.other.id);
        let owner = self.table.owner.clone();
        let sql = format!("update {} set {owner} = '{other}' where {}", self.table.name, self.is(own));
        let outcome = self.run(Some(own), &sql).await;
        self.expect("giving one's own to the other", &outcome, is_refused);
        let sql = format!("update {} set {owner} = '{own}' where {}", self.table.name, self.is(other));
        let outcome = self.run(Some(own), &sql).await;
        self.expect("taking the other's", &outcome, touches_nothing);
    }

    async fn refer(&mut self) {
        for reference in &self.table.references {
            let (own, other) = (self.own.id, self.other.id);
            let target = foreign_row(&self.db.admin, reference, own, other).await;
            let changes: Vec<_> = reference
                .columns
                .iter()
                .filter(|(here, _)| *here != self.table.owner)
                .map(|(here, there)| (here.clone(), target[there].clone()))
                .collect();
            let sql = if changes.iter().all(|(column, _)| self.table.changeable.contains(column)) {
                let set: Vec<_> =
                    changes.iter().map(|(column, value)| format!("{column} = {}", literal(value))).collect();
                let name = &self.table.name;
                let one = format!("ctid = (select ctid from {name} where {} limit 1)", self.is(own));
                format!("update {name} set {} where {one}", set.join(", "))
            } else if self.table.may_insert {
                let mut row = self.fresh_row(own).await;
                for (column, value) in changes {
                    row[column] = value;
                }
                self.insertion(&row)
            } else {
                continue; // the server's role can't write such a row at all
            };
            let outcome = self.run(Some(own), &sql).await;
            let what = format!("referring to the other's {} by {}", reference.table, reference.name);
            self.expect(&what, &outcome, |outcome| {
                // What may be the system's is referred to by keys that carry a tenant of their own and a check.
                let is_own_tenants = reference.columns.iter().any(|(here, _)| *here == self.table.owner);
                let expected = if SHARED.contains(&reference.table.as_str()) && !is_own_tenants {
                    CHECK_VIOLATED
                } else {
                    NO_SUCH_ROW
                };
                outcome.as_ref().is_err_and(|code| code == expected)
            });
        }
    }

    async fn without_context(&mut self) {
        let is_shared = SHARED.contains(&self.table.name.as_str());
        let seen = self.count(None, &format!("{} <> '{}'", self.table.owner, TenantId::SYSTEM)).await;
        self.expect("reading without a context", &Ok(seen.unsigned_abs()), |_| seen == 0);
        let seen = self.count(None, &self.is(TenantId::SYSTEM)).await;
        self.expect("reading the system's without a context", &Ok(seen.unsigned_abs()), |_| seen == 0 || is_shared);
        let insert = self.insertion(&self.fresh_row(self.own.id).await);
        let outcome = self.run(None, &insert).await;
        self.expect("inserting without a context", &outcome, is_refused);
        let column = self.table.changeable.first().unwrap_or(&self.table.owner).clone();
        let outcome = self.run(None, &format!("update {} set {column} = {column}", self.table.name)).await;
        self.expect("updating without a context", &outcome, touches_nothing);
        let outcome = self.run(None, &format!("delete from {}", self.table.name)).await;
        self.expect("deleting without a context", &outcome, touches_nothing);
    }

    /// A row like one of the tenant's, with keys of its own.
    async fn fresh_row(&self, tenant: TenantId) -> Value {
        let sql = format!("select to_jsonb(t) from {} t where {} limit 1", self.table.name, self.is(tenant));
        let mut row: Value = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&self.db.admin).await.unwrap();
        for (column, kind) in &self.table.distinguishing {
            row[column] = match kind.as_str() {
                "uuid" => Uuid::now_v7().to_string().into(),
                "text" => format!("{}-more", row[column].as_str().unwrap_or_default()).into(),
                "date" => "2001-01-01".into(),
                _ => (row[column].as_i64().unwrap_or_default() + 1_000).into(),
            };
        }
        if self.table.name == "tenants" {
            // A tenant's key says whose it is: a new one would be a third organisation.
            row["id"] = tenant.to_string().into();
        }
        row
    }

    fn insertion(&self, row: &Value) -> String {
        let columns = self.table.columns.join(", ");
        let name = &self.table.name;
        let row = literal(&Value::String(row.to_string()));
        format!("insert into {name} ({columns}) select {columns} from jsonb_populate_record(null::{name}, {row})")
    }
}

fn is_refused(outcome: &Outcome) -> bool {
    outcome.as_ref().is_err_and(|code| code == REFUSED)
}

fn touches_nothing(outcome: &Outcome) -> bool {
    *outcome == Ok(0) || is_refused(outcome)
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => format!("'{other}'"),
    }
}

fn sqlstate(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(|error| error.code()).map_or_else(|| error.to_string(), |code| code.into_owned())
}

#[expect(clippy::disallowed_methods, reason = "an attack doesn't come through TenantTx")]
async fn begin(pool: &PgPool) -> sqlx::Transaction<'static, sqlx::Postgres> {
    pool.begin().await.unwrap()
}

async fn set_context(connection: &mut PgConnection, context: Option<TenantId>) {
    if let Some(tenant) = context {
        sqlx::query("select set_config('app.current_tenant_id', $1, true)")
            .bind(tenant.to_string())
            .execute(connection)
            .await
            .unwrap();
    }
}

async fn admin_count(admin: &PgPool, table: &str, condition: &str) -> i64 {
    let sql = format!("select count(*) from {table} where {condition}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(admin).await.unwrap()
}

/// A row of the other's whose key, with one's own tenant in it, names nothing.
async fn foreign_row(admin: &PgPool, reference: &Reference, own: TenantId, other: TenantId) -> Value {
    let rest: Vec<_> = reference.columns.iter().map(|(_, there)| there).filter(|there| *there != "tenant_id").collect();
    let same: Vec<_> = rest.iter().map(|column| format!("mine.{column} = theirs.{column}")).collect();
    let sql = format!(
        "select to_jsonb(theirs) from {table} theirs where tenant_id = '{other}' and not exists (
             select from {table} mine where mine.tenant_id = '{own}' and {same}) limit 1",
        table = reference.table,
        same = same.join(" and "),
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(admin).await.unwrap()
}
