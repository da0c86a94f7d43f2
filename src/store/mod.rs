//! The store: one SQLite file that holds runs, crawl facts and findings. Speaks model types only.
