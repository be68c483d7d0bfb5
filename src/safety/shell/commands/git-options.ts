/** Options of everything that shows commits or differences. */
export const GIT_DIFF_OPTIONS =
  "-# -abcgilmMpqrRsStuwWzBCD1230 -G= -L= -l= -n= -S= -U= -X? --abbrev? --abbrev-commit --after= --all --all-match --ancestry-path --author= --author-date-order --basic-regexp --before= --binary --bisect --boundary --branches? --cc --check --cherry --cherry-mark --cherry-pick --children --color? --color-moved? --color-moved-ws= --color-words? --combined-all-paths --committer= --compact-summary --cumulative --date= --date-order --decorate? --decorate-refs= --decorate-refs-exclude= --dense --diff-algorithm= --diff-filter= --diff-merges= --dirstat? --do-walk --dst-prefix= --encoding= --exclude= --exit-code --extended-regexp --find-copies? --find-copies-harder --find-object= --find-renames? --first-parent --fixed-strings --follow --format= --full-diff --full-history --full-index --function-context --glob= --graph --grep= --grep-reflog= --histogram --ignore-all-space --ignore-blank-lines --ignore-cr-at-eol --ignore-matching-lines= --ignore-missing --ignore-space-at-eol --ignore-space-change --ignore-submodules? --indent-heuristic --inter-hunk-context= --invert-grep --irreversible-delete --ita-invisible-in-index --left-only --left-right --line-prefix= --log-size --mailmap --max-count= --max-parents= --merge --merges --min-parents= --minimal --name-only --name-status --no-abbrev --no-abbrev-commit --no-color --no-color-moved --no-decorate --no-ext-diff --no-indent-heuristic --no-mailmap --no-max-parents --no-merges --no-min-parents --no-notes --no-patch --no-prefix --no-renames --no-textconv --no-walk? --not --notes? --null --numstat --oneline --parents --patch --patch-with-raw --patch-with-stat --patience --perl-regexp --pickaxe-all --pickaxe-regex --pretty? --quiet --raw --reflog --regexp-ignore-case --relative? --relative-date --remotes? --remove-empty --reverse --right-only --root --shortstat --show-linear-break? --show-pulls --show-signature^ --simplify-by-decoration --simplify-merges --since= --single-worktree --skip= --source --sparse --src-prefix= --stat? --stat-count= --stat-graph-width= --stat-name-width= --stat-width= --submodule? --summary --tags? --text --topo-order --unified= --until= --use-mailmap --walk-reflogs --word-diff? --word-diff-regex=^ --ws-error-highlight= --cached --staged --merge-base --no-index --base --ours --theirs --no-commit-id --no-expand-tabs --expand-tabs? --no-relative --histogram --anchored= --clear-decorations --min-age= --max-age= --timestamp --count --objects --disk-usage? --since-as-filter=";

/** Commands that only read. `DIFF` stands for the options above. */
export const GIT_READS: Readonly<Record<string, string>> = {
  status:
    "-bsvz -u? --ahead-behind --branch --column? --find-renames? --ignored? --ignore-submodules? --long --no-ahead-behind --no-column --no-renames --null --porcelain? --renames --short --show-stash --untracked-files? --verbose",
  log: "DIFF",
  diff: "DIFF",
  show: "DIFF",
  whatchanged: "DIFF",
  "diff-tree": "DIFF -r --stdin -t -v",
  "diff-index": "DIFF",
  "diff-files": "DIFF",
  "rev-list": "DIFF --header --objects-edge --quiet --pretty? --use-bitmap-index",
  "range-diff": "DIFF --creation-factor= --no-dual-color",
  shortlog: "DIFF -sne -w? --summary --numbered --email --group= -c --committer",
  blame:
    "-bcCeflMnpstw -L= -S=r --root --show-stats --show-email --show-name --show-number --porcelain --line-porcelain --incremental --date= --since= --first-parent --abbrev= --color-lines --color-by-age --ignore-rev= --ignore-revs-file=r --reverse --encoding= --progress --no-progress",
  annotate: "-bcCeflMnpstw -L= --date= --porcelain --root",
  describe:
    "--all --tags --contains --abbrev= --candidates= --exact-match --debug --long --match= --exclude= --always --first-parent --dirty? --broken?",
  "rev-parse":
    "-q --verify --quiet --short? --abbrev-ref? --symbolic --symbolic-full-name --all --branches? --tags? --remotes? --glob= --exclude= --show-toplevel --show-prefix --show-cdup --show-superproject-working-tree --git-dir --absolute-git-dir --git-common-dir --git-path= --is-inside-git-dir --is-inside-work-tree --is-bare-repository --is-shallow-repository --show-object-format? --path-format= --since= --until= --not --flags --no-flags --revs-only --no-revs --default= --disambiguate= --sq --local-env-vars --shared-index-path",
  "ls-files":
    "-cdfikmorstuvz -x= -X=r --abbrev? --cached --deduplicate --deleted --directory --empty-directory --eol --error-unmatch --exclude= --exclude-from=r --exclude-per-directory= --exclude-standard --format= --full-name --ignored --killed --modified --no-empty-directory --others --recurse-submodules --resolve-undo --sparse --stage --unmerged --with-tree= --debug",
  "ls-tree":
    "-dlrtz --long --name-only --name-status --object-only --full-name --full-tree --abbrev? --format=",
  "cat-file":
    "-eptsZ --batch? --batch-check? --batch-all-objects --buffer --unordered --follow-symlinks --allow-unknown-type",
  "merge-base": "-a --all --octopus --independent --is-ancestor --fork-point",
  "name-rev": "--tags --refs= --exclude= --all --name-only --no-undefined --always --stdin --annotate-stdin",
  "for-each-ref":
    "--count= --sort= --format= --color? --points-at= --merged? --no-merged? --contains? --no-contains? --ignore-case --omit-empty --exclude= --include-root-refs",
  "show-ref":
    "-dqs --head --tags --heads --branches --dereference --hash? --verify --abbrev? --quiet --exclude-existing? --exists",
  "show-branch":
    "-ragt --all --remotes --current --topo-order --date-order --sparse --more= --list --merge-base --independent --no-name --sha1-name --topics --color? --no-color --reflog?",
  "check-ignore": "-nqvz --quiet --verbose --stdin --non-matching --no-index",
  "check-attr": "-az --all --cached --stdin --source=",
  "check-mailmap": "--stdin",
  "check-ref-format": "--branch --normalize --allow-onelevel --refspec-pattern",
  "count-objects": "-vH --verbose --human-readable",
  cherry: "-v --abbrev?",
  grep: "-# -abcEFGhHiIlLnopPqrvwWz -A= -B= -C= -e= -f=r -m= --after-context= --before-context= --context= --all-match --and --or --not --basic-regexp --break --cached --color? --no-color --column --count --exclude-standard --no-exclude-standard --extended-regexp --files-with-matches --files-without-match --fixed-strings --full-name --function-context --heading --ignore-case --index --invert-match --line-number --max-count= --max-depth= --name-only --no-index --no-recursive --no-textconv --null --only-matching --perl-regexp --quiet --recurse-submodules --recursive --show-function --text --threads= --untracked --word-regexp",
  version: "--build-options",
  "verify-pack": "-vs --verbose --stat-only",
  "get-tar-commit-id": "",
  "patch-id": "--stable --unstable --verbatim",
  stripspace: "-sc --strip-comments --comment-lines",
  column: "--mode= --raw-mode= --width= --indent= --nl= --padding=",
};

/** Commands that change the local repository or its work tree in ways that can be taken back. */
export const GIT_CHANGES: Readonly<Record<string, string>> = {
  add: "-ANnpuvf --all --no-all --dry-run --force --ignore-errors --ignore-missing --ignore-removal --intent-to-add --no-ignore-removal --patch --refresh --renormalize --sparse --update --verbose --chmod= --pathspec-from-file=r",
  commit:
    "-aeinopqsuvz -C= -F=r -m= -t=r -u? --all --allow-empty --allow-empty-message --amend --author= --branch --cleanup= --date= --dry-run --file=r --fixup= --include --long --message= --no-edit --no-gpg-sign --no-post-rewrite --no-signoff --no-status --null --only --patch --porcelain --quiet --reset-author --reuse-message= --short --signoff --squash= --status --trailer= --untracked-files? --verbose",
  mv: "-fknv --force --dry-run --verbose",
  revert:
    "-ens -m= --edit --no-edit --no-commit --mainline= --signoff --continue --skip --abort --quit --reference",
  "cherry-pick":
    "-enxs -m= --edit --no-commit --mainline= --signoff --ff --allow-empty --keep-redundant-commits --continue --skip --abort --quit",
  merge:
    "-env -m= --commit --no-commit --edit --no-edit --ff --no-ff --ff-only --squash --no-squash --log? --message= --stat --no-stat --abort --continue --quit --quiet --verbose --progress --no-verify-signatures --allow-unrelated-histories -q",
  rebase:
    "--onto= --continue --abort --skip --quit --keep-base --no-autosquash --autosquash --autostash --no-autostash --root --rebase-merges? --update-refs --no-update-refs --quiet --verbose --stat --no-stat --empty= --committer-date-is-author-date --fork-point --no-fork-point --apply --merge -q -v -n -m",
  apply:
    "-RvNz3 -p= -C= --stat --numstat --summary --check --index --cached --intent-to-add --3way --reverse --reject --verbose --quiet --whitespace= --recount --ignore-space-change --ignore-whitespace --inaccurate-eof --allow-empty --exclude= --include=",
  init: "-q --quiet --bare --initial-branch= -b= --object-format= --ref-format=",
  fsck: "--full --strict --unreachable --dangling --no-dangling --root --tags --cache --no-reflogs --connectivity-only --verbose --name-objects --progress --no-progress",
  "update-index": "-q --refresh --really-refresh",
};
