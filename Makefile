# `make run` and `make test` are all that a newcomer needs.

.PHONY: run test bench bench-flood bench-pictures bench-typing axe fuzz check prepare

# The blog at http://localhost:3000, with demo accounts on an empty database. Ctrl-C stops everything.
run:
	@scripts/need compiler postgres
	@cargo build
	@exec target/debug/quire serve --demo

# Everything that the gate runs as tests, on a throw-away PostgreSQL, with a real Chromium.
test:
	@scripts/need compiler postgres chromium
	@scripts/with-postgres scripts/run-tests

# How fast the pages are: 10,000 posts, 100,000 comments, release build.
bench:
	@scripts/need compiler postgres
	@scripts/with-postgres cargo bench --bench pages

# Whether readers notice a flood of logins: the real server, 200 tries a second for a minute.
bench-flood:
	@scripts/need compiler postgres
	@scripts/with-postgres cargo bench --bench flood

# Whether the script of the form is felt while somebody types in a post of 50,000 words, in a real Chromium.
bench-typing:
	@scripts/need compiler postgres chromium
	@scripts/with-postgres cargo bench --bench typing

# How much memory pictures take: the real server, ten at once of every kind.
bench-pictures:
	@scripts/need compiler postgres
	@scripts/with-postgres cargo bench --bench pictures

# Looks for what keeps people out of the desk: axe-core (from the npm registry) in a real Chromium.
axe:
	@scripts/need compiler postgres chromium
	@scripts/with-postgres scripts/axe

# Looks for input that breaks the Markdown renderer, front matter, forms, slugs, the search or pictures: a minute each.
fuzz:
	@scripts/need compiler
	@scripts/fuzz

# The whole gate.
check:
	@.ci/run

# After a changed query or migration: refreshes .sqlx.
prepare:
	@scripts/need compiler postgres
	@rm -rf .sqlx && scripts/with-postgres scripts/prepare-queries .sqlx cargo check --all-targets
