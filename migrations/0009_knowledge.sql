-- The knowledge base: documents, the passages that search finds in them, and what search needs.
-- Documents of the system tenant are shared: every tenant may read them.

create table documents (
    tenant_id uuid not null constraint documents_tenant_fkey references tenants (id),
    id uuid not null,
    title text not null constraint documents_title_length check (char_length(title) between 1 and 200),
    source_path text constraint documents_source_path_length check (char_length(source_path) between 1 and 500), -- where it came from: a folder's path or an address
    file_type text not null constraint documents_file_type check (file_type in ('pdf', 'docx', 'markdown', 'html', 'text', 'article')),
    version integer not null default 1 constraint documents_version check (version > 0), -- of its original; see document_versions
    tags text[] not null default '{}' constraint documents_tags check (cardinality(tags) <= 20),
    allowed_roles text[] constraint documents_allowed_roles check ( -- null: everybody in the organisation
        cardinality(allowed_roles) > 0
        and allowed_roles <@ array['system_admin', 'company_admin', 'team_lead', 'frontline_worker', 'viewer', 'support']),
    processing_status text not null default 'pending' constraint documents_processing_status check (
        processing_status in ('pending', 'processing', 'completed', 'failed')),
    processed_version integer, -- the version that the passages come from; null: none yet
    error_message text constraint documents_error_message_length check (char_length(error_message) <= 300), -- a sentence for people
    chunk_count integer not null default 0, -- passages that search finds; sections not counted
    embedded_count integer not null default 0, -- of those, how many have a vector of the model in use
    term_count integer not null default 0, -- of all its passages together; with chunk_count, the average length that BM25 reckons with
    character_count integer not null default 0, -- of the text that was read
    last_processed timestamptz,
    metadata jsonb not null default '{}',
    revision integer not null default 1,
    archived_at timestamptz, -- out of every search, kept
    uploaded_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint documents_pkey primary key (tenant_id, id),
    constraint documents_uploaded_by_fkey foreign key (tenant_id, uploaded_by) references memberships (tenant_id, user_id)
);
create unique index documents_source_path_key on documents (tenant_id, source_path) where archived_at is null;
create index documents_updated_idx on documents (tenant_id, updated_at desc, id desc);
create index documents_uploaded_by_idx on documents (tenant_id, uploaded_by);

-- Every original that a document has had; the file itself lies in the file store under storage_key.
create table document_versions (
    tenant_id uuid not null constraint document_versions_tenant_fkey references tenants (id),
    document_id uuid not null,
    version integer not null constraint document_versions_version check (version > 0),
    file_name text not null constraint document_versions_file_name_length check (char_length(file_name) between 1 and 255),
    file_type text not null constraint document_versions_file_type check (file_type in ('pdf', 'docx', 'markdown', 'html', 'text', 'article')),
    byte_size bigint not null constraint document_versions_byte_size check (byte_size > 0),
    content_hash bytea not null constraint document_versions_content_hash check (octet_length(content_hash) = 32), -- SHA-256 of the file
    storage_key text not null constraint document_versions_storage_key_length check (char_length(storage_key) between 1 and 300),
    uploaded_by uuid,
    uploaded_at timestamptz not null default now(),
    constraint document_versions_pkey primary key (tenant_id, document_id, version),
    constraint document_versions_document_fkey foreign key (tenant_id, document_id) references documents (tenant_id, id) on delete cascade,
    constraint document_versions_uploaded_by_fkey foreign key (tenant_id, uploaded_by) references memberships (tenant_id, user_id)
);
create index document_versions_hash_idx on document_versions (tenant_id, content_hash);
create index document_versions_uploaded_by_idx on document_versions (tenant_id, uploaded_by);

-- What a document was cut into. A 'section' is a parent: the whole text under one heading, for
-- reading around a passage. A 'passage' is what is searched and cited.
create table document_chunks (
    tenant_id uuid not null constraint document_chunks_tenant_fkey references tenants (id),
    id uuid not null,
    document_id uuid not null,
    parent_chunk_id uuid,
    kind text not null constraint document_chunks_kind check (kind in ('section', 'passage')),
    chunk_index integer not null constraint document_chunks_index check (chunk_index >= 0), -- in the order of the document, sections and passages each from 0
    heading text not null default '' constraint document_chunks_heading_length check (char_length(heading) <= 500), -- the headings above, joined by ' > '
    page integer, -- of a PDF, from 1
    start_offset integer not null constraint document_chunks_start check (start_offset >= 0), -- in characters of the text that was read
    content text not null constraint document_chunks_content_length check (char_length(content) between 1 and 100000),
    chunk_hash bytea not null constraint document_chunks_hash check (octet_length(chunk_hash) = 32), -- SHA-256 of heading and content: the same hash, the same vector
    token_count integer not null default 0, -- as the embedding model counts, or estimated
    term_count integer not null default 0, -- the length that BM25 reckons with
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint document_chunks_pkey primary key (tenant_id, id),
    constraint document_chunks_document_fkey foreign key (tenant_id, document_id) references documents (tenant_id, id) on delete cascade,
    constraint document_chunks_parent_fkey foreign key (tenant_id, parent_chunk_id) references document_chunks (tenant_id, id) on delete cascade,
    constraint document_chunks_order_key unique (tenant_id, document_id, kind, chunk_index) deferrable initially deferred
);
create index document_chunks_parent_idx on document_chunks (tenant_id, parent_chunk_id);
-- Search asks for nothing else of the passages that it only ranks, so it reads this and not their texts.
create index document_chunks_passages_idx on document_chunks (tenant_id, id) include (document_id, term_count) where kind = 'passage';

-- One vector a passage and model, so that search keeps working while another model takes over.
-- Shorter vectors are padded with zeros, which changes no cosine.
create table chunk_embeddings (
    tenant_id uuid not null constraint chunk_embeddings_tenant_fkey references tenants (id),
    embedding_model text not null constraint chunk_embeddings_model_length check (char_length(embedding_model) between 1 and 160),
    chunk_id uuid not null,
    embedding vector(1024) not null,
    embedded_at timestamptz not null default now(),
    constraint chunk_embeddings_pkey primary key (tenant_id, embedding_model, chunk_id),
    constraint chunk_embeddings_chunk_fkey foreign key (tenant_id, chunk_id) references document_chunks (tenant_id, id) on delete cascade
);
-- A search reads every vector of a tenant: in the row itself that takes a quarter of the time that it
-- takes out of line.
alter table chunk_embeddings alter column embedding set storage plain;
create index chunk_embeddings_chunk_idx on chunk_embeddings (tenant_id, chunk_id);

-- Which term stands how often in which passage: the BM25 half of search. PostgreSQL uses no GIN index
-- for @@ under row-level security (it isn't leakproof); equality on these leading columns it does.
create table postings (
    tenant_id uuid not null constraint postings_tenant_fkey references tenants (id),
    term text not null constraint postings_term_length check (char_length(term) between 1 and 255),
    chunk_id uuid not null,
    frequency integer not null constraint postings_frequency check (frequency > 0),
    constraint postings_pkey primary key (tenant_id, term, chunk_id) include (frequency),
    constraint postings_chunk_fkey foreign key (tenant_id, chunk_id) references document_chunks (tenant_id, id) on delete cascade
);
create index postings_chunk_idx on postings (tenant_id, chunk_id);

-- Who makes a tenant's vectors. No row: the model on this machine.
create table embedding_settings (
    tenant_id uuid not null constraint embedding_settings_tenant_fkey references tenants (id),
    provider_id uuid,
    ai_model text constraint embedding_settings_model_length check (char_length(ai_model) between 1 and 120),
    embedding_model text not null constraint embedding_settings_embedding_model_length check (char_length(embedding_model) between 1 and 160), -- the model that search uses: the last one whose vectors were complete
    revision integer not null default 1,
    updated_at timestamptz not null default now(),
    constraint embedding_settings_pkey primary key (tenant_id),
    constraint embedding_settings_provider_fkey foreign key (tenant_id, provider_id) references ai_providers (tenant_id, id),
    constraint embedding_settings_whole check ((provider_id is null) = (ai_model is null))
);
create index embedding_settings_provider_idx on embedding_settings (tenant_id, provider_id);

-- What the documents could not answer, grouped by meaning.
create table knowledge_gaps (
    tenant_id uuid not null constraint knowledge_gaps_tenant_fkey references tenants (id),
    id uuid not null,
    title text not null constraint knowledge_gaps_title_length check (char_length(title) between 1 and 300), -- its most typical question
    status text not null default 'open' constraint knowledge_gaps_status check (status in ('open', 'closed', 'dismissed')),
    document_id uuid, -- the article that closed it
    closed_by uuid,
    closed_at timestamptz,
    revision integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint knowledge_gaps_pkey primary key (tenant_id, id),
    constraint knowledge_gaps_document_fkey foreign key (tenant_id, document_id) references documents (tenant_id, id) on delete set null (document_id),
    constraint knowledge_gaps_closed_by_fkey foreign key (tenant_id, closed_by) references memberships (tenant_id, user_id)
);
create index knowledge_gaps_status_idx on knowledge_gaps (tenant_id, status, updated_at desc);
create index knowledge_gaps_document_idx on knowledge_gaps (tenant_id, document_id);

do $$
declare t text;
begin
    foreach t in array array['documents', 'document_versions', 'document_chunks', 'chunk_embeddings', 'postings',
                             'embedding_settings', 'knowledge_gaps']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
        execute format('grant select, insert, update, delete on %I to supportsignal_runtime', t);
    end loop;
    -- What is shared can be read by everybody, and written by the system's own tenant only.
    foreach t in array array['documents', 'document_versions', 'document_chunks', 'chunk_embeddings', 'postings']
    loop
        execute format('create policy %I on %I for select using (tenant_id = app.system_tenant_id())', t || '_shared', t);
    end loop;
end
$$;

-- The one rule of which documents a search may look into: the tenant's own and the shared ones, not
-- archived, for the reader's role, and what the reader narrowed it down to. Plain SQL, so that
-- PostgreSQL plans it as part of the query that asks; row-level security binds it like any other.
create function app.readable_documents(own_tenant_id uuid, reader_role text, wanted_tag text, wanted_type text, changed_since timestamptz)
    returns setof documents language sql stable
    as $$
        select d.* from public.documents d
        where d.tenant_id in (own_tenant_id, app.system_tenant_id())
          and d.archived_at is null
          and (d.allowed_roles is null or reader_role = any (d.allowed_roles))
          and (wanted_tag is null or wanted_tag = any (d.tags))
          and (wanted_type is null or d.file_type = wanted_type)
          and (changed_since is null or d.updated_at >= changed_since)
    $$;
revoke all on function app.readable_documents(uuid, text, text, text, timestamptz) from public;
grant execute on function app.readable_documents(uuid, text, text, text, timestamptz) to supportsignal_runtime;
