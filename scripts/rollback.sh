#!/usr/bin/env bash
# Takes users off the newest version of an app, at once. `./rollback.sh --help` says how.
set -euo pipefail

help() {
  cat <<'HELP'
Takes users off the newest version of an app, at once.

  ./rollback.sh mfe1 --store s3://mfe-platform/prod --reason "checkout is broken"
  ./rollback.sh mfe1                        (a store that sluice.config.ts names: by `sluice rollback`)

With --store nothing but the aws command, jq and credentials is needed: no Sluice, no controller, no telemetry.

  --dry-run            say what would be written, and write nothing
  --reason TEXT        for the history
  --to VERSION         this version, instead of the one that was good before
  --further            once more, within 10 minutes of the last time
  --prefix FOLDER      the app's folder in the store, where it is not the app's name; '' is the root
  --kvs ARN            also write the entry of CloudFront's key-value store

While a rollout runs, it is aborted and everybody gets stable. After it, everybody gets the version that was good
before, and never one that was taken back. Where no canary is on trial and the last rollback was less than 10 minutes
ago, it is refused: the first may not have been noticed yet.

It writes record, pointer, index and history in this order, each only where nobody else was faster. Interrupted
anywhere, it is finished by the controller's next tick, by `sluice status`, or by the same command typed again.
Region, profile and endpoint are those of the aws command: AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL.

Exit codes: 0 done · 2 usage · 6 somebody else was faster · 7 refused · 8 a tool is missing, or the store unreachable
HELP
}

fail() { # code, what, remedy
  echo "$2" >&2
  [ -z "${3:-}" ] || echo "$3" >&2
  exit "$1"
}

# Without --store: the command line of Sluice, which knows every kind of store.
by_sluice() {
  local here sluice="${SLUICE:-}"
  here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
  if [ -z "$sluice" ] && [ -x node_modules/.bin/sluice ]; then sluice=node_modules/.bin/sluice; fi
  if [ -z "$sluice" ]; then sluice="$here/../node_modules/.bin/sluice"; fi
  command -v "$sluice" >/dev/null 2>&1 ||
    fail 8 "\"$sluice\" is not there. Run \`npm install @sluice/cli\` here, or name the command: SLUICE=/path/to/sluice $0 $*" \
      "Or go without it: $0 $* --store s3://bucket/folder (needs aws and jq)."
  exec "$sluice" rollback "$@"
}

probe() {
  command -v jq >/dev/null 2>&1 || fail 8 'jq is not there.' 'Install it: apt-get install jq, or brew install jq.'
  command -v "$aws" >/dev/null 2>&1 || fail 8 'The aws command is not there.' "$needed"
  "$aws" s3api put-object --generate-cli-skeleton input 2>/dev/null | jq -e 'has("IfMatch")' >/dev/null 2>&1 ||
    fail 8 "This aws command cannot write by compare-and-swap (--if-match): $("$aws" --version 2>&1 | head -n 1)" "$needed"
  if [ -n "$kvs" ]; then
    "$aws" cloudfront-keyvaluestore put-key --generate-cli-skeleton input >/dev/null 2>&1 ||
      fail 8 'This aws command does not know the key-value store of CloudFront.' "$needed"
    # Asked for something: where botocore[crt] is missing it says so before it sends anything.
    local said
    said=$("$aws" cloudfront-keyvaluestore describe-key-value-store --kvs-arn "$kvs" 2>&1 >/dev/null) ||
      case "$said" in *[Cc][Rr][Tt]*) fail 8 'The key-value store needs botocore[crt].' 'pip install "botocore[crt]", or use version 2 of the aws command.' ;; esac
  fi
}

# get KEY NAME: the object into $work/NAME and its ETag into $work/NAME.etag; both empty where there is none.
get() {
  : >"$work/$2"
  : >"$work/$2.etag"
  if "$aws" s3api get-object --bucket "$bucket" --key "$root$1" "$work/$2" >"$work/answer" 2>"$work/error"; then
    jq -r '.ETag' "$work/answer" | tr -d '"' >"$work/$2.etag"
  else
    : >"$work/$2"
    grep -q 'NoSuchKey\|(404)' "$work/error" || fail 8 "\"$root$1\" cannot be read: $(tail -n 1 "$work/error")"
  fi
}

# put KEY FILE ETAG CACHE: compare-and-swap; 0 written, 1 somebody else was faster. An empty ETag: only where there is none.
put() {
  local condition=(--if-none-match '*')
  [ -z "$3" ] || condition=(--if-match "\"$3\"")
  if [ "$dry" = yes ]; then
    echo "would write s3://$bucket/$root$1 (${condition[*]}):"
    cat "$2"
    return 0
  fi
  "$aws" s3api put-object --bucket "$bucket" --key "$root$1" --body "$2" --content-type application/json \
    --cache-control "$4" "${condition[@]}" >/dev/null 2>"$work/refusal" && return 0
  # An answer may have been lost after a success: then these very bytes are there.
  get "$1" again
  if cmp -s "$2" "$work/again"; then return 0; fi
  if grep -q 'PreconditionFailed\|ConditionalRequestConflict\|NoSuchKey\|(404)\|(412)' "$work/refusal"; then return 1; fi
  fail 8 "\"$root$1\" cannot be written: $(tail -n 1 "$work/refusal")" 'Type the same command again: what was begun is finished.'
}

# jq over the documents as they were read; documents that are not there are null.
over() {
  local name args=()
  for name in record pointer index history; do
    if [ -s "$work/$name" ]; then args+=(--slurpfile "$name" "$work/$name"); else args+=(--argjson "$name" '[null]'); fi
  done
  jq -n "${args[@]}" --arg app "$app" --arg to "$to" --arg further "$further" --arg reason "$reason" --arg who "$who" \
    --arg now "$now" --arg id "$id" --slurpfile decision "${decision:-/dev/null}" "$@"
}

readonly decide='
  # Of a version that was stable twice, what came in between is forgotten: it was taken back.
  def become($v): (rindex([$v]) // -1) as $at | (if $at >= 0 then .[:$at] else . end) + [$v];
  def entries: $history[0] | if type == "object" then .entries // [] else [] end;
  def legacy: $history[0] | if type == "array" then . elif type == "object" then .legacy // [] else [] end;
  def stables:
    reduce (legacy[], (entries[] | select(.kind == "first-version" or .kind == "returned" or .kind == "drifted" or .kind == "ended") | .stable)) as $v
      ([]; become($v));
  def back: [entries[] | select(.kind == "returned" or (.kind == "ended" and (.outcome == "rolled-back" or .outcome == "aborted")))] | last;
  def seconds: sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601;
  $record[0].members[0] as $member | $pointer[0] as $p | $member.rollout as $rollout
  | if $p == null then {code: 7, why: "\($app) has no pointer in this store.", remedy: "Look at --store and --prefix."}
    elif ($record[0].schema // 1) != 1 or ($p.schema // 1) != 1 then {code: 7, why: "These documents are of a newer Sluice than this script.", remedy: "Use its own rollback.sh, or `sluice rollback`."}
    elif $record[0].group != null then {code: 7, why: "\($app) moves in the group \($record[0].group.name).", remedy: "All of it goes back by: sluice rollback \($app)"}
    elif $rollout != null and $rollout.end == null and ($to == "" or $to == $p.version) then
      (if $rollout.driftedSinceMs == null then $rollout.stable else $p.version end) as $kept
      | {target: $kept, off: $rollout.canary, aborts: true}
    elif $rollout != null and $rollout.end == null then {code: 7, why: "A rollout of \($app) runs.", remedy: "Type it without --to first: everybody gets stable."}
    elif $to == $p.version and $p.canaryVersion == null then {code: 0, why: "\($app) is on \($to) already; nothing was written."}
    elif $to != "" then {target: $to, off: $p.version}
    elif $p.canaryVersion != null then {target: $p.version, off: $p.canaryVersion}
    elif $history[0] == null and ($member.lines // 0) > 0 then {code: 7, why: "The history of \($app) is gone: what was good before cannot be told.", remedy: "Name the version: --to v1.0.0"}
    elif $further == "" and back != null and (($now | seconds) - (back.at | seconds)) < 600 then
      {code: 7, why: "\(back.version) was taken back at \(back.at) already, less than 10 minutes ago; \(back.stable) is served since.", remedy: "To go back one more: --further. To a given one: --to VERSION."}
    else ([stables[] | select(. != $p.version and (. as $v | ($p.blocked // []) | index([$v]) | not))] | last) as $target
      | if $target == null then {code: 7, why: "There is no version of \($app) that was good before and was not taken back since.", remedy: "Name one: --to VERSION"}
        else {target: $target, off: $p.version} end
    end'

# The documents as `sluice rollback` writes them.
readonly written='
  $decision[0] as $d | $pointer[0] as $p | $record[0].members[0] as $member
  | ([$member.highestGeneration, $p.generation, $index[0].apps[$app].generation] | map(. // 0) | max + 1) as $generation
  | ["version","canaryVersion","canaryPercent","lastUpdated","metadata","schema","generation","assignment","salt","rolloutId","group","blocked","enabledRegions","allowList","audience"] as $order
  | def ordered: . as $o | reduce (($order[] | select(. as $k | $o | has($k))), (($o | keys) - $order)[]) as $k ({}; . + {($k): $o[$k]});
  (($p.blocked // []) | map(select(. != $d.target and . != $d.off)) + (if $d.off == $d.target then [] else [$d.off] end) | .[-32:]) as $blocked
  | (($member.rollout.plan.stages // []) | map(.audience) | index([$p.audience])) as $ours
  | ($p | del(.assignment, .salt, .rolloutId, .group) | if $d.aborts and $ours != null then del(.audience) else . end)
    + {version: $d.target, canaryVersion: null, canaryPercent: 0, lastUpdated: $now, metadata: {deployedBy: $who}, schema: 1, generation: $generation}
    + (if ($blocked | length) == 0 and $p.blocked == null then {} else {blocked: $blocked} end)
  | ordered'

readonly line='
  $decision[0] as $d | $record[0].members[0].rollout as $rollout
  | {kind: "person", name: $who} as $actor
  | if $d.aborts then {id: $id, at: $now, app: $app, version: $rollout.canary, stable: $rollout.stable, rolloutId: $rollout.id, automatic: false,
      stage: ($rollout.stage.index + 1), percent: ($rollout.stage.weightBp / 100)}
      + (if $rollout.commit == null then {} else {commit: $rollout.commit} end)
      + {numbers: ($rollout.analysis.totals | {canarySessions: .canary.sessions, canaryFailed: .canary.failed, stableSessions: .baseline.sessions, stableFailed: .baseline.failed}),
         kind: "ended", actor: $actor, why: $reason, outcome: "aborted", generation: $pointer[0].generation}
    else {id: $id, at: $now, kind: "returned", app: $app, version: $d.off, stable: $d.target, actor: $actor, why: $reason, automatic: false, outcome: "rolled-back",
      generation: $pointer[0].generation} end'

readonly recorded='
  $decision[0] as $d
  | ($record[0] // {schema: 1, unit: $app, serial: 0, members: [{app: $app, rollout: null, write: null, highestGeneration: 0, lines: 0, lastLine: null}], id: null, group: null, queue: null, outbox: []})
  | .serial += 1 | .queue = null | .outbox = [$line]
  | .members[0] |= (
      (if $d.aborts then .rollout += {end: {outcome: "aborted", atMs: (($now | sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601) * 1000), actor: $line.actor, why: $reason},
        paused: null, heldSinceMs: null, obstacle: null, needsPerson: null} else . end)
      | .write = {before: (if $etag == "" then null else $etag end), hash: $hash, text: $text}
      | .highestGeneration = $generation | .lines += 1 | .lastLine = $id)'

# Everything that the record before had to tell is in the history before the record is replaced.
append() { # FILE with a list of lines
  local tries
  for tries in 1 2 3 4 5; do
    get "${place}version-history.json" history
    over --slurpfile lines "$1" '
      ($history[0] | if type == "array" then {schema: 1, legacy: ., entries: []} elif . == null then {schema: 1, entries: []} else . end) as $h
      | ($h.entries | map(.id)) as $known
      | [$lines[0][] | select(.id as $i | $known | index([$i]) | not)] as $new
      | if ($new | length) == 0 then empty else $h + {entries: ($h.entries + $new)} end' >"$work/history.new"
    [ -s "$work/history.new" ] || return 0
    if put "${place}version-history.json" "$work/history.new" "$(cat "$work/history.etag")" "$cache"; then return 0; fi
  done
  fail 6 "The history was changed by others again and again ($tries times)." 'Nothing is lost: the next tick appends the line.'
}

align() { # the index follows the pointer
  local tries
  for tries in 1 2 3 4 5; do
    get platform-index.json index
    [ -s "$work/index" ] || return 0
    over --slurpfile written "$work/pointer.new" -c '
      $index[0] as $i | ($written[0] | del(.metadata)) as $entry | (($i.apps[$app].generation // 0) + 1) as $above
      | if ($i.apps[$app] | del(.generation, .schema)) == ($entry | del(.generation, .schema)) and $entry.generation <= $i.apps[$app].generation then empty
        else $i | .apps[$app] = ($entry | if .generation < $above then .generation = $above else . end) | .apps |= (to_entries | sort_by(.key) | from_entries) end' >"$work/index.new"
    [ -s "$work/index.new" ] || return 0
    if put platform-index.json "$work/index.new" "$(cat "$work/index.etag")" "$fresh"; then return 0; fi
  done
  fail 6 "The index was changed by others again and again ($tries times)." 'The next tick brings it into line with the pointer.'
}

route() { # the entry that the CloudFront Function reads
  local etag entry
  [ -n "$kvs" ] || return 0
  entry=$(jq -c '(.version, .canaryVersion) as $named | del(.metadata) | .blocked = [(.blocked // [])[] | select(. == $named)] | if .blocked == [] then del(.blocked) else . end' "$work/pointer.new" | head -n 1)
  if [ "$dry" = yes ]; then
    echo "would put \"$app\" into $kvs: $entry"
    return 0
  fi
  etag=$("$aws" cloudfront-keyvaluestore describe-key-value-store --kvs-arn "$kvs" --query ETag --output text) &&
    "$aws" cloudfront-keyvaluestore put-key --kvs-arn "$kvs" --key "$app" --value "$entry" --if-match "$etag" >/dev/null ||
    fail 8 'Pointer and index are written; the key-value store is not.' 'Type the same command with --to and the version that is served now, or wait for the next tick.'
}

# Every file that the version has is there, with its size.
whole() {
  get "${place}$1/version.json" manifest
  [ -s "$work/manifest" ] || fail 7 "Version \"$1\" of \"$app\" is not published." 'Choose another one: --to VERSION. Nothing was changed.'
  "$aws" s3api list-objects-v2 --bucket "$bucket" --prefix "$root${place}$1/" --output json >"$work/listed" 2>"$work/error" ||
    fail 8 "The files of $1 cannot be listed: $(tail -n 1 "$work/error")"
  local missing
  missing=$(jq -r --slurpfile listed "$work/listed" --arg under "$root${place}$1/" '
    ([$listed[0].Contents // [] | .[] | {(.Key): .Size}] | add // {}) as $there | .files[] | select($there[$under + .path] != .size) | .path' "$work/manifest" | head -n 5)
  [ -z "$missing" ] || fail 7 "Version \"$1\" of \"$app\" is not whole: $(echo "$missing" | tr '\n' ' ')" 'Publish it again from the same build, or choose another one: --to VERSION. Nothing was changed.'
}

sha256() { if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1; }

arguments=("$@")
app='' store='' dry='' to='' further='' reason='' prefix='-' kvs=''
while [ "$#" -gt 0 ]; do
  case "$1" in
    -h | --help) help && exit 0 ;;
    --store | --to | --reason | --prefix | --kvs)
      [ "$#" -ge 2 ] || fail 2 "$1 needs a value." 'See ./rollback.sh --help.'
      declare "${1#--}=$2"
      shift ;;
    --dry-run) dry=yes ;;
    --further) further=yes ;;
    --force) ;;
    -*) [ -n "$store" ] && fail 2 "There is no option $1." 'See ./rollback.sh --help.' ;;
    *) [ -z "$app" ] && app="$1" ;;
  esac
  shift
done
[ -n "$app" ] || fail 2 'Usage: ./rollback.sh <app> [--store s3://bucket/folder] [--to <version>] [--further] [--reason <text>]' 'More: ./rollback.sh --help'
[ -n "$store" ] || by_sluice "${arguments[@]}"

readonly needed='Needed: AWS CLI 2.23 or newer, or 1.36.10 or newer (`pip install awscli "botocore[crt]"`).'
readonly cache='no-cache' fresh='public, max-age=0, s-maxage=5, must-revalidate'
aws="${AWS:-aws}"
[[ "$app" =~ ^[a-z][a-z0-9-]{0,31}$ ]] || fail 2 "\"$app\" is not an app's name."
[[ "$store" =~ ^s3://([a-z0-9][a-z0-9.-]+)(/.*)?$ ]] || fail 2 "\"$store\" is not the address of a store." "Write it as s3://bucket or s3://bucket/folder."
bucket="${BASH_REMATCH[1]}"
root="${BASH_REMATCH[2]#/}"
root="${root%/}${root:+/}"
if [ "$prefix" = - ]; then prefix="$app"; fi
place="$prefix${prefix:+/}"
probe
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
who="${SLUICE_ACTOR:-$(whoami)}"
reason="${reason:-rollback.sh}"
now="$(date -u +%Y-%m-%dT%H:%M:%S.000Z)"
id="$( (cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen) | tr 'A-Z' 'a-z')"
decision=''

get "${place}rollout.json" record
get "${place}active-version.json" pointer
get platform-index.json index
get "${place}version-history.json" history
for name in record pointer index history; do
  [ ! -s "$work/$name" ] || jq -e . "$work/$name" >/dev/null 2>&1 || fail 7 "The $name of \"$app\" is not JSON." 'Put it back from a backup (the bucket may keep versions).'
done
over "$decide" >"$work/decision"
decision="$work/decision"
why="$(jq -r '.why // empty' "$decision")"
[ -z "$why" ] || { [ "$(jq .code "$decision")" != 0 ] || { echo "$why"; exit 0; }; fail "$(jq .code "$decision")" "$why" "$(jq -r '.remedy // empty' "$decision")"; }
target="$(jq -r .target "$decision")"
off="$(jq -r .off "$decision")"
whole "$target"

over "$written" >"$work/pointer.new"
generation="$(jq .generation "$work/pointer.new")"
# The line carries the generation that is written.
cp "$work/pointer" "$work/pointer.before"
cp "$work/pointer.new" "$work/pointer"
over "$line" >"$work/line"
cp "$work/pointer.before" "$work/pointer"
over --slurpfile lines "$work/line" --arg etag "$(cat "$work/pointer.etag")" --arg hash "$(sha256 <"$work/pointer.new")" \
  --arg text "$(cat "$work/pointer.new")"$'\n' --argjson generation "$generation" '$lines[0] as $line | '"$recorded" | jq --indent 1 . >"$work/record.new"

if [ -s "$work/record" ]; then
  jq '.outbox' "$work/record" >"$work/outbox"
  append "$work/outbox"
fi
put "${place}rollout.json" "$work/record.new" "$(cat "$work/record.etag")" "$cache" ||
  fail 6 "Somebody else changed \"$app\" in this very moment. Nothing was written." 'Look what is served now, then type the same command again.'
put "${place}active-version.json" "$work/pointer.new" "$(cat "$work/pointer.etag")" "$fresh" ||
  fail 6 "Somebody else wrote the pointer of \"$app\" in this very moment; theirs stays." 'Look what is served now, then type the same command again.'
align
jq -s . "$work/line" >"$work/lines"
append "$work/lines"
route
if [ "$dry" = yes ]; then echo "Nothing was written. Without --dry-run, $app goes back to $target and $off is blocked."; else echo "$app is back on $target; $off is blocked."; fi
