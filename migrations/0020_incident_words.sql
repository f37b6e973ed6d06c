-- Finding reports by words, however many an organisation has.
--
-- Row security keeps PostgreSQL from using an index for @@, so a search read every report. Now it first looks
-- up which reports have the rarest of its words: equality and ranges of text can use an index. Only where every
-- word is frequent are reports read in the order of the list, and then a page is soon full.

-- Names, places and numbers as they are written; search_document has the account in its English stems. Without
-- these signs "Kitchen/Lounge" and "J.Smith" are two words each, and nothing is taken for a tag.
alter table incidents add column search_labels tsvector not null
    generated always as (to_tsvector('simple', translate(participant_name || ' ' || location, '/.<>', '    ') || ' ' || number::text)) stored;

create table incident_words (
    tenant_id uuid not null,
    word text collate "C" not null, -- ordered by bytes, so that a prefix is a range
    incident_id uuid not null
);

alter table incident_words enable row level security;
alter table incident_words force row level security;
create policy incident_words_tenant on incident_words
    using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
-- The server looks words up; only the function below writes them.
grant select on incident_words to supportsignal_runtime;
grant select, insert, delete on incident_words to supportsignal_auth;

-- Most changes are saves of a draft that grows: only the words that come and go are written.
create function app.follow_words() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        words text[] := tsvector_to_array(new.search_document || new.search_labels);
    begin
        delete from public.incident_words
            where tenant_id = new.tenant_id and incident_id = new.id and word not in (select unnest(words));
        insert into public.incident_words (tenant_id, word, incident_id)
            select new.tenant_id, word, new.id from unnest(words) word
            on conflict on constraint incident_words_pkey do nothing;
        return null;
    end
    $$;
revoke execute on function app.follow_words() from public;
grant create on schema app to supportsignal_auth;
alter function app.follow_words() owner to supportsignal_auth;
revoke create on schema app from supportsignal_auth;
create trigger incidents_words after insert or update of search_document, participant_name, location, number on incidents
    for each row execute function app.follow_words();

-- What was reported before; with millions of words, keys and indexes are quicker after them.
alter table tenants no force row level security;
alter table incidents no force row level security;
alter table incident_words no force row level security;
insert into incident_words (tenant_id, word, incident_id)
select i.tenant_id, word, i.id
from incidents i cross join unnest(tsvector_to_array(i.search_document || i.search_labels)) word;
create index incident_words_incident_idx on incident_words (tenant_id, incident_id);
alter table incident_words
    add constraint incident_words_pkey primary key (tenant_id, word, incident_id),
    add constraint incident_words_tenant_fkey foreign key (tenant_id) references tenants (id),
    add constraint incident_words_incident_fkey foreign key (tenant_id, incident_id) references incidents (tenant_id, id)
        on delete cascade;
alter table incident_words force row level security;
alter table incidents force row level security;
alter table tenants force row level security;
analyze incident_words;
