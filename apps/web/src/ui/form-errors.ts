import type { UseFormReturnType } from '@mantine/form';
import { ApiError } from '../api/errors';

/**
 * Shows a refusal at the fields that it names, where the form has them.
 *
 * @returns whether it was shown; if not, it has to be said elsewhere.
 */
export function showErrorAtFields<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  error: unknown,
  /** What fields of the form are called in the API, where that differs: `{ budget: 'budget.nanos' }`. */
  names: Readonly<Record<string, string>> = {},
): boolean {
  if (!(error instanceof ApiError)) return false;
  const fields = Object.keys(form.getValues()).filter((field) => error.fields.includes(names[field] ?? field));
  for (const field of fields) form.setFieldError(field, error.message);
  return fields.length > 0;
}
