/** What of a key is read, as JSON within its channel and as columns alone. */
const FIELDS = `'id', k.id, 'label', k.label, 'hint', k.hint, 'status', k.status, 'disabledFor', k.disabled_for,
  'disabledAt', k.disabled_at, 'enteredAt', k.entered_at`;

/** The keys of the channel `c`, the oldest first, as one column. */
export const KEYS_OF_CHANNEL = keysOfChannel(FIELDS);

/** The same with each key encrypted, in base64. */
export const SEALED_KEYS_OF_CHANNEL = keysOfChannel(`${FIELDS}, 'sealed', encode(k.sealed_key, 'base64')`);

function keysOfChannel(fields: string): string {
  return `coalesce((SELECT jsonb_agg(jsonb_build_object(${fields}) ORDER BY k.position)
                      FROM channel_keys k WHERE k.channel_id = c.id), '[]')`;
}

/** $1 to $6: id, channel, label, encrypted key, hint, when it was entered. */
export const INSERT_KEY = `
  INSERT INTO channel_keys (id, channel_id, label, sealed_key, hint, entered_at, status)
  VALUES ($1, $2, $3, $4, $5, $6, 'active')`;

/** $1, $2: channel and id; $3 to $7: what it becomes; $8, $9: another encrypted key and its hint, null to keep it. */
export const UPDATE_KEY = `
  UPDATE channel_keys
     SET label = $3, status = $4, disabled_for = $5, disabled_at = $6, entered_at = $7,
         sealed_key = coalesce($8, sealed_key), hint = coalesce($9, hint)
   WHERE channel_id = $1 AND id = $2`;

/** $1, $2: channel and id. */
export const DELETE_KEY = 'DELETE FROM channel_keys WHERE channel_id = $1 AND id = $2';

/** $1: channel. */
export const DELETE_KEYS = 'DELETE FROM channel_keys WHERE channel_id = $1';

/**
 * Disables a key that was not replaced meanwhile and is not the last one enabled, which the lock on its channel makes sure
 * of. $1, $2: channel and id; $3: when its secret was entered; $4: the status that the provider refuses it with.
 */
export const DISABLE_KEY = `
  UPDATE channel_keys
     SET status = 'disabled', disabled_for = $4, disabled_at = now()
   WHERE channel_id = $1 AND id = $2 AND entered_at = $3 AND status = 'active'
     AND EXISTS (SELECT FROM channel_keys other
                  WHERE other.channel_id = $1 AND other.id <> $2 AND other.status = 'active')
  RETURNING id`;

/** $1, $2: channel and id; $3: when its secret was entered. */
export const ENABLE_KEY = `
  UPDATE channel_keys
     SET status = 'active', disabled_for = NULL, disabled_at = NULL
   WHERE channel_id = $1 AND id = $2 AND entered_at = $3 AND disabled_for IS NOT NULL
  RETURNING id`;
