import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  DeliveryError,
  parseVersionId
} from "./chunk-YKEO2KDF.mjs";

// src/commands/published.ts
var most = 8;
async function withPublished(result, { store, place }) {
  if (result.kind !== "refused" || result.error.code !== "version-not-found") return result;
  const versions = await publishedVersions(store, place);
  if (versions.length === 0) return result;
  const { code, message, remedy, details } = result.error;
  const more = `${remedy.replace(/\.$/, "")}, or choose one of ${versions.slice(-most).join(", ")}.`;
  return { kind: "refused", error: new DeliveryError({ code, message, remedy: more, details }) };
}
async function publishedVersions(store, place) {
  const prefix = place.prefix === "" ? "" : `${place.prefix}/`;
  const versions = (await store.list(prefix)).flatMap(({ key }) => {
    const [version = "", file, ...deeper] = key.slice(prefix.length).split("/");
    return file === "version.json" && deeper.length === 0 && parseVersionId(version) !== void 0 ? [version] : [];
  });
  const order = new Intl.Collator("en", { numeric: true });
  return versions.toSorted((a, b) => order.compare(a, b));
}

export {
  withPublished
};
