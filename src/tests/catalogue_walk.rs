//! The rules of tenant isolation as questions to PostgreSQL's catalogue. Each question answers with
//! what breaks the rule.

use sqlx::{PgPool, Row};

/// Tables that belong to no tenant. They are not exempt from everything: the server's role may not
/// touch them at all, except `tenants`, which is isolated by its own id.
pub const GLOBAL_TABLES: [(&str, &str); 11] = [
    ("tenants", "the organisations themselves; its policy compares the id"),
    ("users", "people, who may work for several organisations; read by narrow functions before a tenant is known"),
    ("sessions", "belong to people; read by narrow functions before a tenant is known"),
    ("password_reset_tokens", "belong to people; read by narrow functions before a tenant is known"),
    ("sign_in_failures", "counted before anybody is known"),
    ("mfa_factors", "belong to people; read by narrow functions before a tenant is known"),
    ("mfa_recovery_codes", "belong to people; read by narrow functions before a tenant is known"),
    ("trusted_devices", "belong to people; read by narrow functions before a tenant is known"),
    ("pending_sign_ins", "belong to people; read by narrow functions before a tenant is known"),
    ("security_events", "belong to people, whichever organisation they were signing in to"),
    ("_sqlx_migrations", "the owner's list of migrations"),
];

/// What breaks a rule and may: (rule, what, why).
const EXCEPTIONS: [(&str, &str, &str); 25] = [
    (
        FOREIGN_KEY,
        "clarification_questions.clarification_questions_prompt_fkey",
        "the prompt is the tenant's own or the system's, which ..._prompt_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "incident_narratives.incident_narratives_prompt_fkey",
        "the prompt is the tenant's own or the system's, which ..._prompt_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "incident_analyses.incident_analyses_prompt_fkey",
        "the prompt is the tenant's own or the system's, which ..._prompt_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "incident_classifications.incident_classifications_prompt_fkey",
        "the prompt is the tenant's own or the system's, which ..._prompt_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "prompt_trials.prompt_trials_prompt_fkey",
        "the prompt is the tenant's own or the system's, which ..._prompt_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "prompt_trials.prompt_trials_against_fkey",
        "the prompt is the tenant's own or the system's, which ..._prompt_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "usage_events.usage_events_prompt_fkey",
        "the prompt is the tenant's own or the system's, which ..._prompt_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "chat_messages.chat_messages_prompt_fkey",
        "the prompt is the tenant's own or the system's, which ..._prompt_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "chat_citations.chat_citations_document_fkey",
        "the document is the tenant's own or a shared one, which ..._document_tenant checks",
    ),
    (
        FOREIGN_KEY,
        "chat_citations.chat_citations_chunk_fkey",
        "the document is the tenant's own or a shared one, which ..._document_tenant checks",
    ),
    (INDEX, "chat_citations.chat_citations_document_idx", "finds what cites a document that is removed"),
    (INDEX, "chat_citations.chat_citations_chunk_idx", "finds what cites a passage that is removed"),
    (INDEX, "memberships.memberships_user_idx", "finds a person's organisations before a tenant is known"),
    (INDEX, "invitations.invitations_token_idx", "finds an invitation by its link before a tenant is known"),
    (
        OTHER_POLICY,
        "invitations.invitations_lookup: r to supportsignal_auth using true",
        "joining reads an invitation before a tenant is known; nobody logs in as this role",
    ),
    (
        OTHER_POLICY,
        "memberships.memberships_lookup: r to supportsignal_auth using true",
        "signing in reads memberships before a tenant is known; nobody logs in as this role",
    ),
    (
        OTHER_POLICY,
        "acting_sessions.acting_sessions_lookup: r to supportsignal_auth using true",
        "every request of somebody who acts asks as whom before a tenant is known; nobody logs in as this role",
    ),
    (
        OTHER_POLICY,
        "tenant_former_slugs.tenant_former_slugs_lookup: r to supportsignal_auth using true",
        "an old address is looked up before a tenant is known; nobody logs in as this role",
    ),
    (
        OTHER_POLICY,
        "tenants.tenants_lookup: r to supportsignal_auth using true",
        "signing in reads organisations before a tenant is known; nobody logs in as this role",
    ),
    (
        OTHER_POLICY,
        "prompt_templates.prompt_templates_shared: r to public using (tenant_id = app.system_tenant_id())",
        "the default prompts are everybody's to read",
    ),
    (
        OTHER_POLICY,
        "documents.documents_shared: r to public using (tenant_id = app.system_tenant_id())",
        "documents of the system tenant are shared with everybody",
    ),
    (
        OTHER_POLICY,
        "document_versions.document_versions_shared: r to public using (tenant_id = app.system_tenant_id())",
        "documents of the system tenant are shared with everybody",
    ),
    (
        OTHER_POLICY,
        "document_chunks.document_chunks_shared: r to public using (tenant_id = app.system_tenant_id())",
        "documents of the system tenant are shared with everybody",
    ),
    (
        OTHER_POLICY,
        "chunk_embeddings.chunk_embeddings_shared: r to public using (tenant_id = app.system_tenant_id())",
        "documents of the system tenant are shared with everybody",
    ),
    (
        OTHER_POLICY,
        "postings.postings_shared: r to public using (tenant_id = app.system_tenant_id())",
        "documents of the system tenant are shared with everybody",
    ),
];

const FOREIGN_KEY: &str = "a foreign key to tenant data doesn't match tenant_id with tenant_id";
const INDEX: &str = "an index doesn't lead with tenant_id";
const OTHER_POLICY: &str = "a policy lets more through";

macro_rules! rule {
    ($says:expr, $sql:literal) => {
        (
            $says,
            // Everything in public that is no extension's; `tenant_tables` without those of GLOBAL_TABLES ($1).
            concat!(
                "with tables as (
                     select c.oid, c.relname::text as name, c.relrowsecurity, c.relforcerowsecurity, c.relowner,
                            (select a.attnum from pg_attribute a
                             where a.attrelid = c.oid and a.attname = 'tenant_id' and a.atttypid = 'uuid'::regtype
                               and a.attnotnull and not a.attisdropped) as tenant_column
                     from pg_class c
                     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                                         and d.objid = c.oid and d.deptype = 'e')
                 ), tenant_tables as (
                     select * from tables where name <> all ($1)
                 ), functions as (
                     select p.*, n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                     where n.nspname not in ('pg_catalog', 'information_schema')
                       and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
                                         and d.objid = p.oid and d.deptype = 'e')
                 ) ",
                $sql
            ),
        )
    };
}

const RULES: [(&str, &str); 20] = [
    rule!("it has no column tenant_id uuid not null", "select name from tenant_tables where tenant_column is null"),
    rule!(
        "its primary key doesn't start with tenant_id",
        "select name from tenant_tables t where not exists (
             select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p' and k.conkey[1] = t.tenant_column)"
    ),
    rule!(
        "its tenant_id is no foreign key to tenants",
        "select name from tenant_tables t where not exists (
             select from pg_constraint k where k.conrelid = t.oid and k.contype = 'f'
               and k.confrelid = 'public.tenants'::regclass and k.conkey = array[t.tenant_column])"
    ),
    rule!(
        FOREIGN_KEY,
        "select k.conrelid::regclass || '.' || k.conname
         from pg_constraint k join tenant_tables there on there.oid = k.confrelid
         left join tenant_tables here on here.oid = k.conrelid
         where k.contype = 'f' and not exists (
             select from generate_subscripts(k.conkey, 1) as place
             where k.conkey[place] = here.tenant_column and k.confkey[place] = there.tenant_column)"
    ),
    rule!(
        "a unique key doesn't start with tenant_id",
        "select t.name || '.' || i.indexrelid::regclass from tenant_tables t join pg_index i on i.indrelid = t.oid
         where i.indisunique and i.indkey[0] is distinct from t.tenant_column"
    ),
    rule!(
        INDEX,
        "select t.name || '.' || i.indexrelid::regclass from tenant_tables t join pg_index i on i.indrelid = t.oid
         where not i.indisunique and i.indkey[0] is distinct from t.tenant_column"
    ),
    rule!(
        "it has no index that leads with tenant_id",
        "select name from tenant_tables t where not exists (
             select from pg_index i where i.indrelid = t.oid and i.indkey[0] = t.tenant_column and i.indpred is null)"
    ),
    rule!(
        "row-level security is off",
        "select name from tables where not relrowsecurity and name = any (array_remove($1, 'tenants')) is false"
    ),
    rule!(
        "row-level security doesn't bind its owner",
        "select name from tables where not relforcerowsecurity and name = any (array_remove($1, 'tenants')) is false"
    ),
    rule!(
        "no policy compares tenant_id for reading and for writing",
        "select name from tables t where name = any (array_remove($1, 'tenants')) is false and not exists (
             select from pg_policy p where p.polrelid = t.oid and p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
               and pg_get_expr(p.polqual, p.polrelid) = format('(%s = ( SELECT app.tenant_id() AS tenant_id))',
                                                               case t.name when 'tenants' then 'id' else 'tenant_id' end)
               and pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))"
    ),
    rule!(
        OTHER_POLICY,
        "select t.name || '.' || p.polname || ': ' || p.polcmd::text || ' to '
                || coalesce((select string_agg(r.rolname, ', ') from pg_roles r where r.oid = any (p.polroles)), 'public')
                || ' using ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '-')
                || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')
         from tables t join pg_policy p on p.polrelid = t.oid
         where p.polpermissive and not (p.polcmd = '*' and p.polroles = '{0}'
               and pg_get_expr(p.polqual, p.polrelid) = format('(%s = ( SELECT app.tenant_id() AS tenant_id))',
                                                               case t.name when 'tenants' then 'id' else 'tenant_id' end)
               and pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))"
    ),
    rule!(
        "the server's role may touch it",
        "select name from tables where name = any (array_remove($1, 'tenants'))
           and (has_table_privilege('supportsignal_app', oid, 'select, insert, update, delete, truncate, references, trigger')
                or has_any_column_privilege('supportsignal_app', oid, 'select, insert, update, references'))"
    ),
    rule!(
        "the server's role may do what row-level security doesn't see",
        "select name from tables where has_table_privilege('supportsignal_app', oid, 'truncate, references, trigger')"
    ),
    rule!(
        "the server's role may rewrite the audit trail",
        "select name from tables where name in ('audit_events', 'audit_heads')
           and (has_table_privilege('supportsignal_app', oid, 'update, delete, truncate')
                or has_any_column_privilege('supportsignal_app', oid, 'update'))"
    ),
    rule!(
        "the server's role has power over row-level security",
        "select r.rolname::text from pg_roles r
         where r.rolname in ('supportsignal_app', 'supportsignal_runtime', 'supportsignal_auth')
           and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or exists (select from tables t where t.relowner = r.oid)
                or r.rolname <> 'supportsignal_auth' and (pg_has_role(r.oid, 'supportsignal_auth', 'member')
                                                          or pg_has_role(r.oid, 'supportsignal_owner', 'member')))"
    ),
    rule!(
        "a function runs as its owner without a pinned search_path",
        "select oid::regprocedure::text from functions f
         where prosecdef and not exists (select from unnest(f.proconfig) as setting where setting like 'search\\_path=pg\\_catalog,%pg\\_temp')"
    ),
    rule!(
        "a function runs as somebody else than supportsignal_auth",
        "select oid::regprocedure::text from functions where prosecdef and proowner::regrole::text <> 'supportsignal_auth'"
    ),
    rule!(
        "a function can be executed by everybody",
        "select oid::regprocedure::text from functions f where (prosecdef or nspname in ('app', 'job_queue')) and exists (
             select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as granted where granted.grantee = 0)"
    ),
    rule!(
        "a view reads as its owner",
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('public', 'app', 'job_queue')
           and (c.relkind = 'm' or c.relkind = 'v' and not coalesce(c.reloptions @> '{security_invoker=true}', false))
           and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')"
    ),
    rule!(
        // The queue belongs to the job library and to no tenant; its payloads hold ids only (see jobs.rs).
        "it lies outside the schemas public and job_queue",
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'f') and n.nspname not in ('public', 'job_queue', 'pg_catalog', 'information_schema')
           and n.nspname !~ '^pg_(toast|temp)' or c.relkind = 'f'"
    ),
];

/// Everything that breaks a rule, as `what: rule`, in no particular order.
pub async fn find_defects(admin: &PgPool) -> Vec<String> {
    let found = walk(admin).await;
    let is_exception = |rule: &str, what: &str| EXCEPTIONS.iter().any(|(r, w, _)| *r == rule && *w == what);
    found
        .iter()
        .filter(|(rule, what)| !is_exception(rule, what))
        .map(|(rule, what)| format!("{what}: {rule}"))
        .collect()
}

/// Entries of the lists above that nothing needs any more.
pub async fn find_stale_exceptions(admin: &PgPool) -> Vec<&'static str> {
    let found = walk(admin).await;
    let tables: Vec<String> =
        sqlx::query_scalar("select relname::text from pg_class where relnamespace = 'public'::regnamespace")
            .fetch_all(admin)
            .await
            .unwrap();
    let exceptions = EXCEPTIONS
        .iter()
        .filter(|(rule, what, _)| !found.iter().any(|(r, w)| r == rule && w == what))
        .map(|(_, what, _)| *what);
    let global = GLOBAL_TABLES.iter().map(|(table, _)| *table).filter(|table| !tables.iter().any(|name| name == table));
    exceptions.chain(global).collect()
}

async fn walk(admin: &PgPool) -> Vec<(&'static str, String)> {
    let global: Vec<&str> = GLOBAL_TABLES.iter().map(|(table, _)| *table).collect();
    let mut found = Vec::new();
    for (says, sql) in RULES {
        let rows =
            sqlx::query(sql).bind(&global).fetch_all(admin).await.unwrap_or_else(|error| panic!("{says}: {error}"));
        found.extend(rows.iter().map(|row| (says, row.get::<String, _>(0))));
    }
    found
}
