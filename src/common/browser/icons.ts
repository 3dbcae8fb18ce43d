import { LabIcon } from '@jupyterlab/ui-components';

/** A drop with a wave: the lake. Drawn for 24 x 24 and filled as JupyterLab's own sidebar icons. */
export const lakeIcon = new LabIcon({
  name: 'jupyterlab-datalake:lake',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M12 2.2c-.3 0-.6.1-.8.4C8.7 5.800 5 10.600 5 14.700a7 7 0 0 0 14 0c0-4.100-3.700-8.900-6.200-12.100a1 1 0 0 0-.8-.4zm0 2.600c2.300 3 5 6.900 5 9.700-1 .1-1.600-.2-2.300-.6-.8-.5-1.700-.9-2.900-.7-1 .2-1.600.7-2.200 1-.6.4-1.300.7-2.600.5.100-2.800 2.700-6.900 5-9.900zM7.200 16.400c1.500 0 2.400-.4 3.200-.9.5-.3.9-.6 1.600-.7.7-.1 1.200.2 1.900.6.7.4 1.600.8 2.900.8a5 5 0 0 1-9.600.2z"/>
</svg>`
});
