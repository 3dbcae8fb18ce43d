import { CopyError, type ICopier, type ICopyOrder } from './order.ts';

/** Hands each order to the copier for the scheme of its destination. */
export class CopierByScheme implements ICopier {
  constructor(copiers: Record<string, ICopier>) {
    this._copiers = copiers;
  }

  async copy(order: ICopyOrder): Promise<void> {
    const scheme = order.destination.slice(0, order.destination.indexOf(':'));
    const copier = Object.hasOwn(this._copiers, scheme) ? this._copiers[scheme] : undefined;
    if (!copier) throw new CopyError(`TRANSFER [93] Nothing here copies to ${order.destination}`);
    await copier.copy(order);
  }

  private readonly _copiers: Record<string, ICopier>;
}
