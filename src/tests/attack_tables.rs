//! The tables of tenant data, as the catalogue has them.

use super::catalogue_walk::GLOBAL_TABLES;
use sqlx::{PgPool, Row};

/// A table and what the server's role may do with it.
pub struct Table {
    pub name: String,
    /// The column that says whose a row is.
    pub owner: String,
    /// All but the generated ones.
    pub columns: Vec<String>,
    /// Those that the server's role may change, the owner column last.
    pub changeable: Vec<String>,
    pub may_insert: bool,
    /// Columns of unique keys without a condition, with their type; the owner column and foreign keys aside.
    pub distinguishing: Vec<(String, String)>,
    pub references: Vec<Reference>,
}

/// A foreign key to tenant data.
pub struct Reference {
    pub name: String,
    pub table: String,
    /// (here, there)
    pub columns: Vec<(String, String)>,
}

/// All tables with row-level security, as the server's role has them.
pub async fn read_tables(admin: &PgPool) -> Vec<Table> {
    let global: Vec<&str> = GLOBAL_TABLES.iter().map(|(table, _)| *table).filter(|table| *table != "tenants").collect();
    let rows = sqlx::query(
        "select c.oid::regclass::text as name, has_table_privilege('supportsignal_app', c.oid, 'insert') as may_insert,
                array(select a.attname::text from pg_attribute a
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                      order by a.attnum) as columns,
                array(select a.attname::text from pg_attribute a
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                        and has_column_privilege('supportsignal_app', c.oid, a.attnum, 'update')
                      order by a.attname = 'tenant_id', a.attnum) as changeable,
                array(select distinct a.attname::text || ':' || format_type(a.atttypid, null)
                      from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
                      where i.indrelid = c.oid and i.indisunique and i.indpred is null and a.attname <> 'tenant_id'
                        and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'
                                          and a.attnum = any (k.conkey))) as distinguishing
         from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> all ($1)
         order by name",
    )
    .bind(&global)
    .fetch_all(admin)
    .await
    .unwrap();
    let mut tables = Vec::new();
    for row in rows {
        let name: String = row.get("name");
        let distinguishing: Vec<String> = row.get("distinguishing");
        tables.push(Table {
            owner: if name == "tenants" { "id" } else { "tenant_id" }.to_owned(),
            columns: row.get("columns"),
            changeable: row.get("changeable"),
            may_insert: row.get("may_insert"),
            distinguishing: distinguishing
                .iter()
                .map(|text| text.split_once(':').unwrap())
                .map(|(column, kind)| (column.to_owned(), kind.to_owned()))
                .collect(),
            references: read_references(admin, &name).await,
            name,
        });
    }
    tables
}

async fn read_references(admin: &PgPool, table: &str) -> Vec<Reference> {
    let rows = sqlx::query(
        "select k.conname::text as name, k.confrelid::regclass::text as there,
                array(select a.attname::text from unnest(k.conkey) with ordinality as c (number, place)
                      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.number order by place) as here,
                array(select a.attname::text from unnest(k.confkey) with ordinality as c (number, place)
                      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.number order by place) as target
         from pg_constraint k
         where k.contype = 'f' and k.conrelid = $1::regclass
           and exists (select from pg_attribute a where a.attrelid = k.confrelid and a.attname = 'tenant_id')",
    )
    .bind(table)
    .fetch_all(admin)
    .await
    .unwrap();
    rows.iter()
        .map(|row| Reference {
            name: row.get("name"),
            table: row.get("there"),
            columns: row.get::<Vec<String>, _>("here").into_iter().zip(row.get::<Vec<String>, _>("target")).collect(),
        })
        .collect()
}
