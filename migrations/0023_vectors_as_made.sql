-- Vectors as long as their model makes them: those of the model on this machine have 384 numbers, and were kept
-- with 640 zeros behind. A search reads every vector of an organisation, so it reads 1.5 kB a passage and not 4.

alter table chunk_embeddings
    alter column embedding type vector
        using case embedding_model when 'all-MiniLM-L6-v2' then subvector(embedding, 1, 384) else embedding end,
    -- A column of a new type would store its values in its own way again.
    alter column embedding set storage plain,
    add constraint chunk_embeddings_dimensions check (vector_dims(embedding) <= 1024);
alter table unanswered_questions
    alter column embedding type vector
        using case embedding_model when 'all-MiniLM-L6-v2' then subvector(embedding, 1, 384) else embedding end,
    add constraint unanswered_questions_dimensions check (vector_dims(embedding) <= 1024);
