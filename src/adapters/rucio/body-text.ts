/** The first `most` bytes of a body as text, and whether that was all of it. No more than that is read. */
export async function textUpTo(
  response: Response,
  most: number
): Promise<{ text: string; isAll: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  let left = most;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.length;
    if (left < 0) {
      return { text, isAll: false };
    }
  }
  return { text: text + decoder.decode(), isAll: true };
}
