-- Vectors as long as their model makes them: those of the model on this machine have 384 numbers, and were kept
-- with 640 zeros behind. A search reads every vector of an organisation, so it reads 1.5 kB a passage and not 4.

alter table chunk_embeddings
    alter column embedding type vector
        using case embedding_model when 'all-MiniLM-L6-v2' then subvector(embedding, 1, 384) else embedding end,
    -- A column of a new type would store its values in its own way again.
    alter column embedding set storage plain,
    -- Vectors of one model are compared, which needs them to be of one length.
    add constraint chunk_embeddings_dimensions check (case embedding_model when 'all-MiniLM-L6-v2' then vector_dims(embedding) = 384
                                                           else vector_dims(embedding) <= 1024 end);
alter table unanswered_questions
    alter column embedding type vector
        using case embedding_model when 'all-MiniLM-L6-v2' then subvector(embedding, 1, 384) else embedding end,
    add constraint unanswered_questions_dimensions check (case embedding_model when 'all-MiniLM-L6-v2' then vector_dims(embedding) = 384
                                                               else vector_dims(embedding) <= 1024 end);

-- How long passages are on average is now reckoned from the passages themselves.
alter table documents drop column term_count;
